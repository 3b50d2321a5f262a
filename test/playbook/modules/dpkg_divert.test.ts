import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { dpkgDivert } from '#playbook/modules/dpkg_divert.ts';
import { present } from '#test/support/programs.ts';
import { described } from './described.ts';
import { changes, runScript, shells, tryModule } from './host.ts';
import { programs } from './programs.ts';

describe('dpkg_divert, described', () => {
  const begin = ['tool=/usr/bin/dpkg-divert', 'no=--no-rename'];
  const held = [...begin, 'raw=holder', '|LOCAL', '|x', 'raw=divert', '|/etc/a.distrib', '|x'];

  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    [
      'a file is diverted',
      { path: '/etc/a' },
      begin,
      ['state: absent → present', 'divert: null → /etc/a.distrib', 'holder: null → LOCAL'],
      "dpkg-divert '--no-rename' '--local' '--add' '/etc/a'",
    ],
    ['one that is diverted stays', { path: '/etc/a', rename: true }, [...held, 'code=0'], [], ''],
    [
      'it is moved, and nothing overwritten',
      { path: '/etc/a', rename: true, holder: 'ours', divert: '/b' },
      [...begin, 'there=path', 'code=0'],
      [
        'state: absent → present',
        'divert: null → /b',
        'holder: null → ours',
        'state: present → absent',
        'state: absent → present',
      ],
      "dpkg-divert '--rename' '--package' 'ours' '--divert' '/b' '--add' '/etc/a'",
    ],
    [
      'what is in the way goes when forced',
      { path: '/etc/a', rename: true, force: true },
      [...begin, 'there=path', 'there=target', 'code=2'],
      [
        'state: absent → present',
        'divert: null → /etc/a.distrib',
        'holder: null → LOCAL',
        'state: present → absent',
        'state: present → replaced',
      ],
      "rm -f -- '/etc/a.distrib' || exit 1",
    ],
    [
      'another holder: it is made anew',
      { path: '/etc/a', holder: 'ours', rename: true },
      [...held, 'code=2'],
      ['holder: LOCAL → ours'],
      "dpkg-divert '--no-rename' '--remove' '/etc/a'",
    ],
    [
      'it is taken away',
      { path: '/etc/a', state: 'absent' },
      [...held, 'code=0'],
      ['state: present → absent', 'divert: /etc/a.distrib → null', 'holder: LOCAL → null'],
      "'--no-rename' '--remove' '/etc/a'",
    ],
    [
      'an old dpkg does not rename by itself',
      { path: '/etc/a' },
      [begin[0] ?? '', 'no='],
      ['state: absent → present', 'divert: null → /etc/a.distrib', 'holder: null → LOCAL'],
      "dpkg-divert '--local' '--add'",
    ],
  ])('%s', async (_name, args, lines, differences, script) => {
    const made = await described(dpkgDivert, args, lines);
    expect(made.plan.failed).toBeUndefined();
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it.each<[string, JsonObject, readonly string[], string]>([
    ['the host is none of Debian’s', {}, ['missing=dpkg-divert'], 'the host has no dpkg-divert'],
    [
      'another file is in the way',
      { rename: true },
      [...begin, 'there=path', 'there=target', 'code=2'],
      "Set 'force' param to True",
    ],
    [
      'dpkg will not',
      {},
      [...begin, 'code=2', 'raw=test', '|no', '|x'],
      'Unexpected error while changing state of the diversion. no',
    ],
  ])('says that %s', async (_name, args, lines, words) => {
    expect((await described(dpkgDivert, { path: '/etc/a', ...args }, lines)).plan.failed).toContain(words);
  });

  it.each<[JsonObject]>([
    [{ path: 'a' }],
    [{ path: '/a\n/b' }],
    [{ path: '/a', divert: 'b' }],
    [{ path: '/a', holder: '-x' }],
    [{ path: '/a', holder: 'a b' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(dpkgDivert, args, [])).rejects.toThrow('module.arguments');
  });
});

const tools = present(['dpkg-divert'], (name) => name);

describe.each(tools.flatMap(() => shells.map((shell) => [shell.join(' '), shell] as const)))(
  'dpkg_divert with dpkg itself, on %s',
  (_name, shell) => {
    let folder: string;
    let real: string;
    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "it's "));
      real = (await runScript('command -v dpkg-divert')).stdout.trim();
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('diverts a file, moves it, and brings it back, each once', async () => {
      // The same tool with a database of its own.
      const host = programs({ 'dpkg-divert': `exec '${real}' --admindir "$ADMIN" "$@"` });
      const path = join(folder, '$(id) a');
      writeFileSync(path, 'mine\n');
      const attempt = (more: JsonObject) =>
        tryModule(dpkgDivert, { path, rename: true, ...more }, { shell, env: { ...host.env, ADMIN: folder } });
      const { result } = await attempt({});
      expect(result).toMatchObject({
        changed: true,
        result: { diversion: { path, state: 'present', holder: 'LOCAL' } },
      });
      expect([existsSync(path), readFileSync(`${path}.distrib`, 'utf8')]).toEqual([false, 'mine\n']);
      expect((await attempt({})).plan.differences).toEqual([]);
      expect(changes((await attempt({ holder: 'ours' })).plan)).toEqual(['holder: LOCAL → ours']);
      await attempt({ state: 'absent' });
      expect(readFileSync(path, 'utf8')).toBe('mine\n');
      expect((await attempt({ state: 'absent' })).plan.differences).toEqual([]);
      host.remove();
    });
  },
);
