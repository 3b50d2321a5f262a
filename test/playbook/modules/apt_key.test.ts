import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { readKeys } from '#playbook/modules/apt_key/probe.ts';
import { aptKey } from '#playbook/modules/apt_key.ts';
import { findProgram } from '#test/support/programs.ts';
import { type AptWorld, openAptWorld } from './apt-world.ts';
import { changes, shells, tryModule } from './host.ts';

const able = ['apt-key', 'gpg', 'dpkg-deb'].every((name) => findProgram(name) !== undefined);
if (!able) it.skip('works with apt-key and gpg, which are not on this machine', () => undefined);

let home = '';
let armored = '';
let id = '';
beforeAll(() => {
  if (!able) return;
  home = mkdtempSync(join(tmpdir(), 'gpg-'));
  const gpg = (...args: readonly string[]): string =>
    execFileSync('gpg', ['--homedir', home, '--batch', '--passphrase', '', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  gpg('--quick-generate-key', 'us@example.org', 'rsa2048', 'sign', 'never');
  armored = gpg('--armor', '--export');
  id = /^fpr:+([0-9A-F]+)/m.exec(gpg('--list-keys', '--with-colons'))?.[1] ?? '';
  execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']);
}, 120_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

let world: AptWorld;
beforeEach(() => {
  world = openAptWorld();
});
afterEach(() => world.close());

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(aptKey, args, { shell, env: world.env }, really);

describe.runIf(able).each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'apt_key, on %s',
  (_name, shell) => {
    it('adds the key in a text once, and removes it', async () => {
      const first = await run({ data: armored }, true, shell);
      expect(changes(first.plan)).toEqual(['state: absent → present']);
      expect(first.result).toMatchObject({ changed: true, result: { fp: id.slice(-16), short_id: id.slice(-8) } });
      expect(changes((await run({ data: armored }, true, shell)).plan)).toEqual([]);
      expect(changes((await run({ id, state: 'absent' }, true, shell)).plan)).toEqual(['state: present → absent']);
      expect(changes((await run({ id, state: 'absent' }, true, shell)).plan)).toEqual([]);
    });
  },
);

describe.runIf(able)('apt_key', () => {
  it('takes a key from a file, into a ring of its own', async () => {
    const folder = join(world.folder, "it's $(odd)");
    mkdirSync(folder);
    writeFileSync(join(folder, 'key.asc'), armored);
    const args = {
      file: join(folder, 'key.asc'),
      id: `0x${id.slice(-8).toLowerCase()}`,
      keyring: join(world.folder, 'etc/trusted.gpg.d/ours.gpg'),
    };
    expect(changes((await run(args, false)).plan)).toEqual(['state: absent → present']);
    expect((await run(args)).result?.failed).toBeUndefined();
    expect(changes((await run(args)).plan)).toEqual([]);
  });

  it.runIf(findProgram('curl'))('takes a key from an address, asking it only when the key is missing', async () => {
    writeFileSync(join(world.folder, 'key.asc'), armored);
    const url = `file://${world.folder}/key.asc`;
    expect((await run({ url, id })).result).toMatchObject({ changed: true });
    rmSync(join(world.folder, 'key.asc'));
    expect(changes((await run({ url, id })).plan)).toEqual([]);
    expect((await run({ url }, false)).plan.failed).toContain('error getting key');
  });

  it('says when there is no key in it, and when another came', async () => {
    expect((await run({ data: 'hello' }, false)).plan.failed).toContain('Unable to extract key');
    expect((await run({ data: armored, id: '0123456789ABCDEF' })).result?.failed).toContain('failed to add the key');
  });

  it('says that the host has no apt-key, and what to do instead', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    const { plan } = await tryModule(aptKey, { id: 'ABCDEF01', state: 'absent' }, bare, false);
    expect(plan.failed).toContain('the host has no apt-key. Put the key into /etc/apt/keyrings');
  });

  it.each([
    [{}],
    [{ id: 'xyz', state: 'absent' }],
    [{ id: '$(id)', state: 'absent' }],
    [{ id: 'ABC', state: 'absent' }],
    [{ id: 'ABCDEF01' }],
    [{ keyserver: 'keys.example.org' }],
    [{ id: 'ABCDEF01', keyserver: '-x' }],
    [{ url: '-x' }],
    [{ url: 'http://x', data: 'y' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});

it('keys are read in both ways gpg prints them', () => {
  const text =
    'pub   rsa4096/DC30D7C23CBBABEE 2019 [SC]\nsub   rsa4096/4DFAB270CAA96DFA 2019 [expired: 2020]\npub:-:4096:1:1234567890ABCDEF:1';
  expect(readKeys(text)).toEqual(['DC30D7C23CBBABEE', '1234567890ABCDEF']);
});
