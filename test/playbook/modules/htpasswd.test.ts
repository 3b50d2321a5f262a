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
import { aroundHash, keptFor, withoutName } from '#playbook/modules/htpasswd/lines.ts';
import { htpasswd } from '#playbook/modules/htpasswd.ts';
import { present } from '#test/support/programs.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';
import { programs } from './programs.ts';

describe('the lines of such a file', () => {
  it('count by the first with a name', () => {
    expect(keptFor('# ada:0\nadam:1\nada:2:3\r\nada:4\n', 'ada')).toBe('2:3');
    expect(keptFor('adam:1', 'ada')).toBeUndefined();
  });

  it.each([
    ['', 'x:H\n'],
    ['a:1', 'a:1\nx:H\n'],
    ['a:1\n\n# end\n', 'a:1\n\n# end\nx:H\n'],
    ['a:1\nx:2\nb:3\nx:4', 'a:1\nx:H\nb:3\n'],
  ])('%j gets the new one', (text, then) => {
    const { before, after } = aroundHash(text, 'x');
    expect(`${before}H${after}`).toBe(then);
  });

  it('go with a name', () => expect(withoutName('a:1\nx:2\nax:3\nx:4\n', 'x')).toBe('a:1\nax:3\n'));
});

const file = (text: string): readonly string[] => [
  'it.path==/f',
  'umask=0022',
  'parent=folder',
  'it.type=file',
  'it.stat=81a4 1 0 0 1 1 1 1 1 1 root root',
  `it.hex=${Buffer.from(text).toString('hex')}`,
];
const none = ['it.path==/f', 'umask=0022', 'parent=folder', 'it.type=absent'];

describe('htpasswd, described', () => {
  const ada = { path: '/f', name: 'ada', password: 's3cret' };

  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    ['a right password stays', ada, [...file('ada:$apr1$a$b\n'), 'right=yes', 'able=yes'], [], 'ada already present'],
    ['in clear too', { ...ada, hash_scheme: 'plaintext' }, file('ada:s3cret\n'), [], 'ada already present'],
    ['and as SHA-1', ada, file('ada:{SHA}/vNB+F2HQ559kaLUZbmHHvZrXpg=\n'), [], 'ada already present'],
    [
      'a new name comes',
      ada,
      [...file('bob:x\n'), 'able=yes'],
      ['password of ada: absent → set, as apr_md5_crypt'],
      'Add/update ada',
    ],
    [
      'a wrong password goes',
      ada,
      [...file('ada:$1$a$b\n'), 'right=no', 'able=yes'],
      ['password of ada: another → set, as apr_md5_crypt'],
      'Add/update ada',
    ],
    [
      'a file is made',
      { ...ada, crypt_scheme: 'ldap_sha1' },
      none,
      ['state: absent → file', 'password of ada: absent → set, as ldap_sha1'],
      'Created /f and added ada',
    ],
    ['a name goes', { ...ada, state: 'absent' }, file('ada:x\n'), ['password of ada: set → absent'], 'Remove ada'],
    ['one that is not there stays away', { ...ada, state: 'absent' }, file('adam:x\n'), [], 'ada not present'],
    ['nor is it in a file that is not there', { ...ada, state: 'absent', mode: '0600' }, none, [], 'ada not present'],
    ['without a password, who is there stays', { path: '/f', name: 'ada' }, file('ada:x\n'), [], 'ada already present'],
  ])('%s', async (_name, args, lines, differences, msg) => {
    const { plan, script } = await described(htpasswd, args, lines);
    expect(plan.failed).toBeUndefined();
    expect(changes(plan)).toEqual(differences);
    expect(plan.result.msg).toContain(msg);
    expect(JSON.stringify(plan.differences.map(({ sealed: _, ...shown }) => shown)) + script).not.toContain('s3cret');
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    ['there is no openssl', ada, none, 'the host has no openssl that makes apr_md5_crypt. Install the package openssl'],
    [
      'there is no tool for bcrypt',
      { ...ada, hash_scheme: 'bcrypt' },
      none,
      'the host has no htpasswd that makes bcrypt',
    ],
    [
      'it cannot be checked',
      ada,
      [...file('ada:$2y$05$x\n'), 'right=unknown', 'able=yes'],
      'nothing to check the password of ada with',
    ],
    ['no file is to be made', { ...ada, create: false }, [...none, 'able=yes'], 'Destination /f does not exist'],
    ['a new name needs a password', { path: '/f', name: 'ada' }, file('bob:x\n'), 'password is required'],
    ['the file may not be read', ada, [...none.slice(0, 3), 'it.type=file', 'it.closed=yes'], 'permission denied'],
    [
      'a folder is in the way',
      ada,
      [...none.slice(0, 3), 'it.type=directory', 'it.stat=41ed 1 0 0 1 1 1 1 1 1 a a'],
      '/f is not a regular file',
    ],
    [
      'there is no such owner',
      { ...ada, owner: 'nobodyhere' },
      [...none, 'able=yes'],
      'failed to look up user nobodyhere',
    ],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(htpasswd, args, lines)).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{ path: '/f' }],
    [{ path: '/f', name: 'a:b' }],
    [{ path: '/f', name: 'a\nb:c' }],
    [{ path: '/f', name: '' }],
    [{ path: '/f', name: '#a' }],
    [{ path: '/f', name: 'é'.repeat(128) }],
    [{ path: '/f', name: 'a', password: 'a\nroot:x' }],
    [{ path: '/f', name: 'a', password: 'a\0b' }],
    [{ path: '/f', name: 'a', password: 'x'.repeat(256) }],
    [{ path: '/f', name: 'a', password: 'x'.repeat(73), hash_scheme: 'bcrypt' }],
    [{ path: '/f', name: 'a', password: '{SHA}x', hash_scheme: 'plaintext' }],
    [{ path: '/f', name: 'a', password: '$apr1$a$b', hash_scheme: 'plaintext' }],
    [{ path: '/f', name: 'a', password: 'x', hash_scheme: 'des_crypt' }],
    [{ path: '/f', name: 'a', backup: true }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(htpasswd, args, [])).rejects.toThrow('module.arguments');
  });
});

const tools = present(['openssl'], (name) => name);

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "it's $(id) ")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(tools.flatMap(() => shells.map((shell) => [shell.join(' '), shell] as const)))(
  'htpasswd, on %s',
  (_name, shell) => {
    const path = (): string => join(folder, 'new', 'pass words');
    const attempt = (args: JsonObject, env = {}, run = true) =>
      tryModule(htpasswd, { path: path(), name: 'ada', ...args }, { shell, env }, run);
    const text = (): string => readFileSync(path(), 'utf8');

    it.each([
      ['apr_md5_crypt', /^ada:\$apr1\$/],
      ['md5_crypt', /^ada:\$1\$/],
      ['sha256_crypt', /^ada:\$5\$/],
      ['sha512_crypt', /^ada:\$6\$/],
      ['ldap_sha1', /^ada:\{SHA\}/],
      ['plaintext', /^ada:'é"/],
    ])('keeps a password as %s, once, and says nothing of it', async (scheme, kept) => {
      const password = `'é"$(touch pwned) \\ * -n`;
      const planned = await attempt({ password, hash_scheme: scheme }, {}, false);
      expect(existsSync(path())).toBe(false);
      const { plan, result, applied } = await attempt({ password, hash_scheme: scheme, mode: '0640' });
      expect(result).toMatchObject({
        changed: true,
        result: { msg: `Created ${path()} and added ada` },
      });
      expect(changes(plan).slice(0, -1)).toEqual(changes(planned.plan));
      expect(applied).not.toContain('pwned');
      expect(text()).toMatch(kept);
      expect(statSync(path()).mode & 0o777).toBe(0o640);
      // Whatever way another task would keep it in.
      for (const other of [scheme, 'apr_md5_crypt', 'ldap_sha1'])
        expect((await attempt({ password, hash_scheme: other })).plan.differences).toEqual([]);
      expect(changes((await attempt({ password: `${password}x`, hash_scheme: scheme }, {}, false)).plan)).toEqual([
        `password of ada: another → set, as ${scheme}`,
      ]);
    });

    it('knows a password whose rounds were counted', async () => {
      await attempt({ name: 'bob', password: 'x' });
      const counted =
        '$6$rounds=10000$abcdefgh$dtkgtX8ow6kub/Iulo6m6YRiWBlfmJEeDmTXbQPwlPu6qBjkZV2Ix8CeH0sE3NMp3Sq63bHshmKLBUGe7mWYy/';
      writeFileSync(path(), `ada:${counted}`);
      expect((await attempt({ password: 'secret' })).plan.differences).toEqual([]);
      expect((await attempt({ password: 'Secret' }, {}, false)).plan.differences).toHaveLength(1);
    });

    it('changes and removes one line only, through a link, and keeps whose file it is', async () => {
      await attempt({ name: 'bob', password: 'x' });
      writeFileSync(path(), 'eve:1\n\n# ours\nada:2\nadam:3\nada:4');
      chmodSync(path(), 0o600);
      symlinkSync(path(), join(folder, 'link'));
      await attempt({ path: join(folder, 'link'), password: 'y', hash_scheme: 'plaintext' });
      expect(text()).toBe('eve:1\n\n# ours\nada:y\nadam:3\n');
      expect(changes((await attempt({ state: 'absent' }, {}, false)).plan)).toEqual(['password of ada: set → absent']);
      await attempt({ state: 'absent' });
      expect(text()).toBe('eve:1\n\n# ours\nadam:3\n');
      expect((await attempt({ state: 'absent' })).plan.differences).toEqual([]);
      expect([statSync(path()).mode & 0o777, lstatSync(join(folder, 'link')).isSymbolicLink()]).toEqual([0o600, true]);
      expect(changes((await attempt({ state: 'absent', mode: '0644' })).plan)).toEqual(['mode: 0600 → 0644']);
      expect([text(), statSync(path()).mode & 0o777]).toEqual(['eve:1\n\n# ours\nadam:3\n', 0o644]);
      expect(readdirSync(join(folder, 'new'))).toEqual(['pass words']);
    });

    it('takes what a file holds for no command', async () => {
      await attempt({ name: 'bob', password: 'x' });
      for (const kept of ['$6$$(touch pwned)$x', '$apr1$-help$x', '$1$', '$5$', '', '$', '*', '$apr1$`id`$']) {
        writeFileSync(path(), `ada:${kept}\n`);
        expect((await attempt({ password: 'x' }, {}, false)).plan.failed ?? 'planned').toMatch(
          /planned|nothing to check/,
        );
      }
      expect(existsSync('pwned')).toBe(false);
    });

    it('leaves bcrypt to the tool of Apache, which reads the password', async () => {
      const host = programs({
        htpasswd:
          'read -r w; case $1 in -vi) [ "$(cat "$2")" = "x:\\$2y\\$12\\$($3)$w" ] ;; -niB) echo "x:\\$2y\\$12\\$($3)$w"; echo ;; esac'.replaceAll(
            '($3)',
            '.',
          ),
      });
      await attempt({ password: 'a b', hash_scheme: 'bcrypt' }, host.env);
      expect(text()).toBe('ada:$2y$12$.a b\n');
      expect((await attempt({ password: 'a b' }, host.env)).plan.differences).toEqual([]);
      expect((await attempt({ password: 'a c' }, host.env, false)).plan.differences).toHaveLength(1);
      host.remove();
    });
  },
);
