import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { editKeys, readKey } from '#playbook/modules/authorized_key/keys.ts';
import { authorizedKey } from '#playbook/modules/authorized_key.ts';
import { changes, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const user = userInfo().username;

describe('keys', () => {
  const edit = (text: string, lines: readonly string[], more: { present?: boolean; exclusive?: boolean } = {}) => {
    const keys = lines.map((line) => {
      const key = readKey(line);
      if (key === undefined) throw new Error(`no key: ${line}`);
      return key;
    });
    return editKeys(text, { keys, present: true, exclusive: false, ...more });
  };

  it.each<[string, string, readonly string[], { present?: boolean; exclusive?: boolean }, string | undefined]>([
    ['come last', 'ssh-rsa AA a\n', ['ssh-rsa BB b c'], {}, 'ssh-rsa AA a\nssh-rsa BB b c\n'],
    ['are there', '# x\n\nno-pty ssh-rsa AA a b\n', ['no-pty ssh-rsa AA a b'], {}, undefined],
    ['get another comment', 'ssh-rsa AA a\n', ['ssh-rsa AA b'], {}, 'ssh-rsa AA b\n'],
    [
      'get other options',
      'from="1,2" ssh-rsa AA a\n',
      ['no-pty,from="1,3" ssh-rsa AA a'],
      {},
      'no-pty,from="1,3" ssh-rsa AA a\n',
    ],
    ['go', '# x\nssh-rsa AA a\nssh-rsa BB b\n', ['ssh-rsa AA other'], { present: false }, '# x\nssh-rsa BB b\n'],
    ['are gone', '# x\n', ['ssh-rsa AA other'], { present: false }, undefined],
    ['are alone', '# x\nssh-rsa AA a\nodd\n', ['ssh-rsa BB b'], { exclusive: true }, 'ssh-rsa BB b\n'],
    ['are alone already', 'ssh-rsa BB b\n', ['ssh-rsa BB b'], { exclusive: true }, undefined],
    ['without a comment end in a space, as Ansible writes them', '', ['ssh-rsa BB'], {}, 'ssh-rsa BB \n'],
    ['begin on a line of their own', 'odd', ['ssh-rsa BB b'], {}, 'odd\nssh-rsa BB b\n'],
  ])('%s', (_name, text, lines, more, expected) => expect(edit(text, lines, more)).toBe(expected));

  it.each([['nonsense'], ['# ssh-rsa AA'], ['ssh-rsa'], ['']])('are not “%s”', (line) => {
    expect(readKey(line)).toBeUndefined();
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('authorized_key, on %s', (_name, shell) => {
  const settle = async (args: JsonObject) => {
    const foreseen = changes((await tryModule(authorizedKey, args, { shell }, false)).plan);
    const { plan, result } = await tryModule(authorizedKey, args, { shell });
    expect(result?.failed).toBeUndefined();
    expect(changes(plan)).toEqual(foreseen);
    expect(changes((await tryModule(authorizedKey, args, { shell })).plan)).toEqual([]);
    return foreseen;
  };

  it('makes a folder and a file that are the user’s alone', async () => {
    const path = join(folder, "it's $(id) é", 'keys');
    const found = await settle({ user, path, key: '# c\nssh-ed25519 AAAA é $(id)\nssh-rsa BBBB "it\'s"\n' });
    expect(found.map((one) => one.split(':')[0])).toEqual(
      expect.arrayContaining(['state', 'content', 'mode', 'owner', 'group']),
    );
    expect(readFileSync(path, 'utf8')).toBe('ssh-ed25519 AAAA é $(id)\nssh-rsa BBBB "it\'s"\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    await settle({ user, path, key: 'ssh-rsa BBBB', state: 'absent' });
    await settle({ user, path, key: 'ssh-ed25519 AAAA', comment: 'me', key_options: 'no-pty,command="a, b"' });
    expect(readFileSync(path, 'utf8')).toBe('no-pty,command="a, b" ssh-ed25519 AAAA me\n');
  });

  it('leaves the folder as it is with manage_dir=false', async () => {
    const path = join(folder, 'keys');
    writeFileSync(path, 'ssh-rsa AA a\n', { mode: 0o644 });
    await settle({ user, path, key: 'ssh-rsa BB b', manage_dir: false });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('fails for what is no key, for nobody, and for an address that gives nothing', async () => {
    const failed = async (args: JsonObject) => (await tryModule(authorizedKey, args, { shell })).plan.failed;
    const path = join(folder, 'keys');
    expect(await failed({ user, path, key: 'nonsense' })).toBe('invalid key specified: nonsense');
    expect(await failed({ user: 'no$(id)body', path, key: 'ssh-rsa AA' })).toContain(
      'Failed to lookup user no$(id)body',
    );
    expect(await failed({ user, path, key: 'http://127.0.0.1:1/keys' })).toContain('Error getting key from');
  });
});

describe('authorized_key', () => {
  it.each([
    [{ user, key: 'ssh-rsa AA', comment: 'a\nssh-rsa EVIL' }],
    [{ user, key: 'ssh-rsa AA', key_options: 'a\nssh-rsa EVIL' }],
    [{ user: '-x', key: 'ssh-rsa AA' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(tryModule(authorizedKey, args)).rejects.toThrow('module.arguments');
  });
});
