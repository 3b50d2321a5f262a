import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { isKey, readPublicKeys } from '#playbook/modules/rpm_key/keys.ts';
import { rpmKey } from '#playbook/modules/rpm_key.ts';
import { findProgram } from '#test/support/programs.ts';
import { shells, tryModule } from './host.ts';
import { ordered, type Programs, programs } from './programs.ts';

const able = findProgram('gpg') !== undefined;
if (!able) it.skip('works with gpg, which is not on this machine', () => undefined);

/** An rpm as that of 4.18 is with keys: each imported file a package of its own, named by the last eight digits of its key. */
const rpm = `${ordered}
case $1 in
  -q) cat "$KEPT.d"/* 2>/dev/null || { echo "package gpg-pubkey is not installed"; exit 1; } ;;
  --import) ordered "$1" "$2"; n=0
    awk -v d="$KEPT.d/" '/BEGIN PGP PUBLIC/ { n++ } n { print >(d "new" n) }' "$2"
    for f in "$KEPT.d"/new*; do
      i=$(gpg --homedir "$KEPT.gpg" --batch --with-colons "$f" 2>/dev/null | sed -n 's/^pub:[^:]*:[^:]*:[^:]*:[0-9A-F]\\{8\\}\\([0-9A-F]*\\):.*/\\1/p')
      mv "$f" "$KEPT.d/gpg-pubkey-$(echo "$i" | tr A-F a-f)"
    done ;;
  --erase) ordered "$@"; rm "$KEPT.d/$3" || { echo "error: package $3 is not installed" >&2; exit 1; } ;;
esac`;

interface Key {
  readonly id: string;
  readonly print: string;
  readonly armored: string;
}

let home = '';
let keys: readonly Key[] = [];
beforeAll(() => {
  if (!able) return;
  home = mkdtempSync(join(tmpdir(), 'gpg-'));
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--passphrase', '', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  keys = ['us', 'them'].map((name): Key => {
    gpg('--quick-generate-key', `${name}@example.org`, 'ed25519', 'sign', 'never');
    const armored = gpg('--armor', '--export', `${name}@example.org`);
    const print = /^fpr:+([0-9A-F]+)/m.exec(gpg('--list-keys', '--with-colons', `${name}@example.org`))?.[1] ?? '';
    return { id: print.slice(-16), print, armored };
  });
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

let host: Programs;
let file = '';
beforeEach(() => {
  host = programs({ rpm });
  const place = join(host.folder, "it's $(odd)");
  for (const folder of ['d', 'gpg']) mkdirSync(`${host.env.KEPT}.${folder}`, { mode: 0o700 });
  mkdirSync(place);
  file = join(place, 'RPM-GPG-KEY');
  writeFileSync(file, keys[0]?.armored ?? '');
});
afterEach(() => host.remove());

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(rpmKey, args, { shell, env: host.env }, really);
const said = ({ plan }: Awaited<ReturnType<typeof run>>): readonly string[] =>
  plan.differences.map(({ subject, before, after }) => `${subject}: ${before} → ${after}`);
const [comes, goes] = [(id = '') => `rpm key ${id}: absent → present`, (id = '') => `rpm key ${id}: present → absent`];

describe.runIf(able).each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'rpm_key, on %s',
  (_name, shell) => {
    it('imports the key of a file once, and erases it', async () => {
      expect(said(await run({ key: file }, false, shell))).toEqual([comes(keys[0]?.id)]);
      expect(host.orders()).toEqual([]);
      expect((await run({ key: file }, true, shell)).result).toEqual({ result: {}, changed: true });
      expect(host.orders()).toEqual([`[--import][${file}]`]);
      expect(said(await run({ key: file }, true, shell))).toEqual([]);
      expect(said(await run({ key: file, state: 'absent' }, true, shell))).toEqual([goes(keys[0]?.id)]);
      expect(said(await run({ key: file, state: 'absent' }, true, shell))).toEqual([]);
    });
  },
);

describe.runIf(able)('rpm_key', () => {
  it('imports all keys of a file that has several, and looks for each', async () => {
    await run({ key: file });
    writeFileSync(file, keys.map(({ armored }) => armored).join(''));
    expect(said(await run({ key: file }))).toEqual([comes(keys[1]?.id)]);
    expect(said(await run({ key: file }))).toEqual([]);
  });

  it('erases a key by its id, short, long or whole', async () => {
    const print = keys[0]?.print ?? '';
    await run({ key: file });
    for (const key of [print.slice(-8).toLowerCase(), `0x${print.slice(-16)}`, print])
      expect(said(await run({ key, state: 'absent' }, false))).toEqual([goes(keys[0]?.id)]);
    await run({ key: print, state: 'absent' });
    expect(host.orders().at(-1)).toBe(`[--erase][--allmatches][gpg-pubkey-${print.slice(-8).toLowerCase()}]`);
    expect(said(await run({ key: print, state: 'absent' }))).toEqual([]);
  });

  it('takes an id as present when rpm has it, and cannot import one', async () => {
    expect((await run({ key: keys[0]?.id ?? '' })).plan.failed).toBe(
      'When importing a key, a valid file must be given',
    );
    await run({ key: file });
    expect(said(await run({ key: keys[0]?.id ?? '' }))).toEqual([]);
  });

  it('imports nothing whose fingerprint is not the one that was named', async () => {
    const [ours = '', theirs = ''] = keys.map(({ print }) => print);
    expect((await run({ key: file, fingerprint: theirs })).plan.failed).toContain(`key fingerprint '${ours}'`);
    writeFileSync(file, keys.map(({ armored }) => armored).join(''));
    expect((await run({ key: file, fingerprint: ours })).plan.failed).toContain(`key fingerprint '${theirs}'`);
    expect(host.orders()).toEqual([]);
    const spaced = ours.replace(/.{4}/g, '$& ').toLowerCase();
    expect((await run({ key: file, fingerprint: [spaced, theirs] })).result?.changed).toBe(true);
  });

  it.runIf(findProgram('curl'))('takes a key from an address, and only the one that was planned', async () => {
    const url = `file://${host.folder.replaceAll(' ', '%20')}/key`;
    expect((await run({ key: url }, false)).plan.failed).toContain('failed to fetch key at');
    writeFileSync(join(host.folder, 'key'), 'hello');
    expect((await run({ key: url }, false)).plan.failed).toContain('Not a public key');
    writeFileSync(join(host.folder, 'key'), keys[0]?.armored ?? '');
    expect((await run({ key: url })).result?.changed).toBe(true);
    expect(said(await run({ key: url }))).toEqual([]);
    const other = 'while [ "$1" != -o ]; do shift; done; cp "$KEPT.key" "$2"; cp "$KEPT.next" "$KEPT.key"';
    writeFileSync(join(host.folder, 'curl'), `#!/bin/sh\n${other}\n`, { mode: 0o755 });
    for (const [index, name] of ['next', 'key'].entries())
      writeFileSync(`${host.env.KEPT}.${name}`, keys[index]?.armored ?? '');
    expect((await run({ key: url })).result?.failed).toBe('the key is no longer the one that was planned');
  });

  it('says what is missing, and what rpm said', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    expect((await tryModule(rpmKey, { key: 'ABCDEF01' }, bare, false)).plan.failed).toMatch(/the host has no \w+\. /);
    expect((await run({ key: '/nowhere/key' }, false)).plan.failed).toContain('Not a valid key /nowhere/key');
    writeFileSync(join(host.folder, 'rpm'), '#!/bin/sh\n[ "$1" = -q ] && exit 1\necho "no lock" >&2; exit 1\n');
    expect((await run({ key: file })).result?.failed).toBe('no lock');
  });
});

describe('rpm_key', () => {
  it.each([
    [{}],
    [{ key: ' ' }],
    [{ key: 'gopher://x/key' }],
    [{ key: 'https://x/a key' }],
    [{ key: '/k', fingerprint: 'ABCD' }],
    [{ key: '/k', fingerprint: '$(id)' }],
    [{ key: '/k', state: 'latest' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });

  it('knows a key by the ids of its subkeys too', () => {
    const text =
      'pub:-:255:22:1111222233334444:1::::::\nfpr:::::::::AAAA1111222233334444:\nsub:-:255:22:5555666677778888:1';
    const [key] = readPublicKeys(`tru::1\n${text}`);
    expect(key).toMatchObject({ id: '1111222233334444', fingerprint: 'AAAA1111222233334444' });
    expect(['33334444', '77778888', '00000000'].map((id) => key && isKey(key, id))).toEqual([true, true, false]);
  });
});
