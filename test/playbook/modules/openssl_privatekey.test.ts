import { createPrivateKey, createPublicKey } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { opensslPrivateKey } from '#playbook/modules/openssl_privatekey.ts';
import { fingerprints, readPublicKey } from '#playbook/modules/pki/public-key.ts';
import { present } from '#test/support/programs.ts';
import { described } from './described.ts';
import { changes, runScript, shells, tryModule } from './host.ts';
import { ordered, programs } from './programs.ts';

const none = ['it.path==/k', 'umask=0022', 'parent=folder', 'readable=yes', 'it.type=absent', 'able=yes'];
const there = (...more: readonly string[]): readonly string[] => [
  ...['it.path==/k', 'umask=0022', 'parent=folder', 'readable=yes', 'able=yes'],
  ...['it.type=file', 'it.stat=8180 1 0 0 1 1 1 1 1 1 root root', ...more],
];
/** An Ed25519 key that anybody may know. */
const ed = 'MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

describe('a public key', () => {
  it('says what it is', () => {
    expect(readPublicKey(Buffer.from(ed, 'base64'))).toEqual({ type: 'Ed25519' });
    expect(readPublicKey(Buffer.alloc(0))).toBeUndefined();
    expect(readPublicKey(Buffer.from('3003020101', 'hex'))).toBeUndefined();
    expect(readPublicKey(Buffer.from('30ffffffffff', 'hex'))).toBeUndefined();
  });

  it('has fingerprints as Ansible gives them', () => {
    const prints = fingerprints(Buffer.from('x'));
    expect(Object.keys(prints)).toHaveLength(14);
    expect(prints).toMatchObject({ md5: '9d:d4:e4:61:26:8c:80:34:f5:c8:56:4e:15:5c:67:a6' });
  });
});

describe('openssl_privatekey, described', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[]]>([
    [
      'a key is made',
      { size: 2048 },
      none,
      ['state: absent → file', 'key: absent → new, RSA, 2048 bits', 'mode: 0644 → 0600'],
    ],
    ['one that is right stays', { type: 'Ed25519' }, there(`public=${ed}`), []],
    ['one of another kind goes', { type: 'Ed448' }, there(`public=${ed}`), ['key: Ed25519 → new, Ed448']],
    ['one of another kind stays when it never goes', { regenerate: 'never' }, there(`public=${ed}`), []],
    ['a broken one goes', { type: 'X448' }, there('public='), ['key: not to be read → new, X448']],
    [
      'one in another format goes when that counts',
      { type: 'Ed25519', format: 'auto' },
      there(`public=${ed}`, 'pkcs1=yes'),
      ['key: Ed25519 → new, Ed25519'],
    ],
    [
      'a new one is made when forced',
      { type: 'Ed25519', force: true },
      there(`public=${ed}`),
      ['key: Ed25519 → new, Ed25519'],
    ],
    ['only its mode is wrong', { type: 'Ed25519', mode: '0640' }, there(`public=${ed}`), ['mode: 0600 → 0640']],
    ['it goes', { state: 'absent' }, there(), ['state: file → absent']],
    ['it is away', { state: 'absent' }, none, []],
  ])('%s', async (_name, args, lines, differences) => {
    const { plan } = await described(opensslPrivateKey, { path: '/k', ...args }, lines);
    expect(plan.failed).toBeUndefined();
    expect(changes(plan)).toEqual(differences);
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    [
      'there is no openssl',
      {},
      [...none, 'missing=openssl'],
      'the host has no openssl. Install the package openssl there.',
    ],
    ['there is no such folder', {}, [...none, 'parent=missing'], 'The directory / does not exist'],
    ['nothing may be put there', {}, [...none, 'parent=closed'], 'not writable'],
    [
      'a folder is in the way',
      {},
      [...none, 'it.type=directory', 'it.stat=41ed 1 0 0 1 1 1 1 1 1 a a'],
      '/k is not a regular file',
    ],
    ['it may not be looked at', {}, there().map((line) => line.replace('readable', 'closed')), 'permission denied'],
    [
      'the curve is not known there',
      { type: 'ECC', curve: 'sect571r1' },
      none.slice(0, 5),
      'makes no keys of type ECC, sect571r1',
    ],
    [
      'it cannot be read',
      { regenerate: 'partial_idempotence' },
      there('public='),
      'another passphrase / no passphrase or broken',
    ],
    [
      'it cannot be read, and never goes',
      { regenerate: 'never' },
      there('public='),
      'another passphrase / no passphrase or broken',
    ],
    ['it is another', { regenerate: 'fail' }, there(`public=${ed}`), 'Key has wrong type and/or size.'],
    [
      'it is in another format',
      { regenerate: 'fail', type: 'Ed25519', format: 'pkcs8' },
      there(`public=${ed}`, 'pkcs1=yes'),
      'Key has wrong format.',
    ],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(opensslPrivateKey, { path: '/k', ...args }, lines)).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{}],
    [{ path: '/k', type: 'DSA' }],
    [{ path: '/k', type: 'ECC' }],
    [{ path: '/k', type: 'ECC', curve: 'x; id' }],
    [{ path: '/k', size: 64 }],
    [{ path: '/k', cipher: 'auto' }],
    [{ path: '/k', cipher: 'aes256', passphrase: 'x' }],
    [{ path: '/k', passphrase: '' }],
    [{ path: '/k', passphrase: 'a\nb' }],
    [{ path: '/k', type: 'Ed25519', format: 'pkcs1' }],
    [{ path: '/k', format: 'raw' }],
    [{ path: '/k', format_mismatch: 'convert' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(opensslPrivateKey, args, [])).rejects.toThrow('module.arguments');
  });
});

const tools = present(['openssl'], (name) => name);

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "it's $(id) ")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(tools.flatMap(() => shells.map((shell) => [shell.join(' '), shell] as const)))(
  'openssl_privatekey, on %s',
  (_name, shell) => {
    const path = (): string => join(folder, 'a key');
    const attempt = (args: JsonObject, env = {}, run = true) =>
      tryModule(opensslPrivateKey, { path: path(), type: 'Ed25519', ...args }, { shell, env }, run);
    const text = (): string => readFileSync(path(), 'utf8');

    it.each<[JsonObject, RegExp, string, object]>([
      [{ type: 'RSA', size: 1024 }, /^-----BEGIN RSA PRIVATE KEY-----\n/, 'rsa', { modulusLength: 1024 }],
      [{ type: 'RSA', size: 1024, format: 'pkcs8' }, /^-----BEGIN PRIVATE KEY-----\n/, 'rsa', { modulusLength: 1024 }],
      [{ type: 'ECC', curve: 'secp256r1' }, /^-----BEGIN EC PRIVATE KEY-----\n/, 'ec', { namedCurve: 'prime256v1' }],
      [{ type: 'ECC', curve: 'secp384r1' }, /^-----BEGIN EC PRIVATE KEY-----\n/, 'ec', { namedCurve: 'secp384r1' }],
      [{ type: 'Ed25519' }, /^-----BEGIN PRIVATE KEY-----\n/, 'ed25519', {}],
      [{ type: 'X448', format: 'auto' }, /^-----BEGIN PRIVATE KEY-----\n/, 'x448', {}],
    ])('makes a key, once: %j', async (args, begins, kind, details) => {
      await attempt(args, {}, false);
      expect(existsSync(path())).toBe(false);
      const { result } = await attempt(args);
      expect(result?.failed).toBeUndefined();
      expect(text()).toMatch(begins);
      const key = createPublicKey(text());
      expect([key.asymmetricKeyType, key.asymmetricKeyDetails]).toEqual([kind, expect.objectContaining(details)]);
      expect(statSync(path()).mode & 0o777).toBe(0o600);
      const fingerprint = fingerprints(key.export({ format: 'der', type: 'spki' }));
      expect(result).toMatchObject({ changed: true, result: { filename: path(), type: args.type, fingerprint } });
      const again = await attempt(args);
      expect([again.plan.differences, again.plan.result.fingerprint]).toEqual([[], fingerprint]);
      expect(readdirSync(folder)).toEqual(['a key']);
    });

    it.each([['RSA'], ['Ed25519']])(
      'seals a key of type %s with a passphrase, which no command is told',
      async (type) => {
        const passphrase = `'é"$(touch pwned) \\ * -n `;
        const real = (await runScript('command -v openssl')).stdout.trim();
        const host = programs({ openssl: `${ordered}\nordered "$@"; exec '${real}' "$@"` });
        const args = { type, size: 1024, passphrase, cipher: 'auto' };
        const { plan, result, applied } = await attempt(args, host.env);
        expect(result?.failed).toBeUndefined();
        expect(createPrivateKey({ key: text(), passphrase }).asymmetricKeyType).toBe(type.toLowerCase());
        expect(text()).toContain('ENCRYPTED');
        expect((await attempt(args, host.env)).plan.differences).toEqual([]);
        expect(host.orders().join()).toContain('[pkey]');
        expect(host.orders().join()).not.toContain('pwned');
        expect(applied).not.toContain('pwned');
        expect(JSON.stringify(plan.differences.map(({ sealed: _, ...shown }) => shown))).not.toContain('pwned');
        // Another passphrase, or none, is another key; so it is the other way round.
        for (const other of ['x', undefined]) {
          const { plan: wrong } = await attempt({ ...args, cipher: null, passphrase: other ?? null }, {}, false);
          expect(changes(wrong)[0]).toContain('key: not to be read → new');
        }
        host.remove();
      },
    );

    it('does not take a key without a passphrase for one with', async () => {
      await attempt({});
      expect(changes((await attempt({ passphrase: 'x' }, {}, false)).plan)).toEqual([
        'key: not to be read → new, Ed25519, with a passphrase',
      ]);
      expect((await attempt({ passphrase: 'x', regenerate: 'partial_idempotence' })).plan.failed).toContain(
        'Unable to read',
      );
    });

    it('keeps a copy of a broken key, and takes the place of a link', async () => {
      writeFileSync(join(folder, 'real'), '-----BEGIN PRIVATE KEY-----\nno\n-----END PRIVATE KEY-----\n');
      chmodSync(join(folder, 'real'), 0o640);
      symlinkSync('real', path());
      const { plan, result } = await attempt({ backup: true });
      expect(changes(plan)).toEqual(['key: not to be read → new, Ed25519', 'mode: 0640 → 0600']);
      expect(readFileSync(String(result?.result.backup_file), 'utf8')).toContain('\nno\n');
      expect([lstatSync(path()).isFile(), statSync(path()).mode & 0o777]).toEqual([true, 0o600]);
    });

    it('makes a new key each time it is told to, and gives its content when asked', async () => {
      const first = await attempt({ return_content: true });
      expect(first.result?.result.privatekey).toBe(text());
      expect((await attempt({ return_content: true })).plan.result.privatekey).toBe(text());
      await attempt({ regenerate: 'always', mode: '0400' });
      expect(text()).not.toBe(first.result?.result.privatekey);
      expect(changes((await attempt({ mode: '0600' })).plan)).toEqual(['mode: 0400 → 0600']);
      expect(statSync(path()).mode & 0o777).toBe(0o600);
    });

    it('removes a key', async () => {
      await attempt({});
      const { result } = await attempt({ state: 'absent', backup: true });
      expect(readFileSync(String(result?.result.backup_file), 'utf8')).toContain('PRIVATE KEY');
      expect(existsSync(path())).toBe(false);
      expect((await attempt({ state: 'absent' })).plan.differences).toEqual([]);
    });

    it('removes a link, and not what it leads to', async () => {
      for (const [target, backup] of [
        ['nowhere', true],
        ['.', false],
      ] as const) {
        symlinkSync(target, path());
        expect((await attempt({ state: 'absent', backup })).result).toMatchObject({ changed: true });
        expect(readdirSync(folder)).toEqual([]);
      }
    });

    it('leaves everything as it was when openssl fails', async () => {
      writeFileSync(path(), 'old');
      const host = programs({ openssl: 'echo "out of entropy" >&2; exit 1' });
      const { result } = await attempt({ type: 'RSA', size: 1024 }, host.env);
      expect(result?.failed).toContain('out of entropy');
      expect([text(), readdirSync(folder)]).toEqual(['old', ['a key']]);
      host.remove();
    });
  },
);
