import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { group } from '#playbook/modules/group.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

const tools = ['tool.groupadd=yes', 'tool.groupmod=yes', 'tool.groupdel=yes'];

describe('group, described', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[], string]>([
    ['is made', { name: 'app' }, tools, ['state: absent → present'], "groupadd -- 'app'"],
    [
      'is made with its number',
      { name: 'app', gid: '900', system: true },
      tools,
      ['state: absent → present', 'gid: null → 900'],
      "groupadd -g 900 -r -- 'app'",
    ],
    ['is there', { name: 'app', gid: 900 }, [...tools, 'gid=900'], [], ''],
    [
      'gets another number',
      { name: 'app', gid: 901, non_unique: true },
      [...tools, 'gid=900'],
      ['gid: 900 → 901'],
      "groupmod -g 901 -o -- 'app'",
    ],
    ['goes', { name: 'app', state: 'absent' }, [...tools, 'gid=900'], ['state: present → absent'], "groupdel -- 'app'"],
    ['is gone', { name: 'app', state: 'absent' }, tools, [], ''],
  ])('a group %s', async (_name, args, lines, differences, script) => {
    const made = await described(group, args, lines);
    expect(changes(made.plan)).toEqual(differences);
    expect(made.script).toContain(script);
  });

  it('says which tool is missing, and only when it is needed', async () => {
    expect((await described(group, { name: 'app' }, [])).plan.failed).toContain('The host has no “groupadd”');
    expect((await described(group, { name: 'app' }, ['gid=1'])).plan.failed).toBeUndefined();
  });

  it.each([
    [{ name: '-r' }],
    [{ name: 'a:b' }],
    [{ name: 'a b' }],
    [{ name: 'a\nb' }],
    [{ name: '' }],
    [{ name: 'a', non_unique: true }],
    [{ name: 'a', gid: 'x' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(described(group, args, tools)).rejects.toThrow('module.arguments');
  });
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('group, on %s', (_name, shell) => {
  it('finds a group of this machine, and not one whose name only begins like it', async () => {
    expect(changes((await tryModule(group, { name: 'root', gid: 0 }, { shell }, false)).plan)).toEqual([]);
    expect(changes((await tryModule(group, { name: 'roo' }, { shell }, false)).plan)).toEqual([
      'state: absent → present',
    ]);
    expect(changes((await tryModule(group, { name: '$(id)', state: 'absent' }, { shell }, false)).plan)).toEqual([]);
  });
});
