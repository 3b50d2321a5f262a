import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { modprobe } from '#playbook/modules/modprobe.ts';
import { described } from './described.ts';
import { changes, shells, tryModule } from './host.ts';

const file = (key: string, path: string, text?: string): readonly string[] => [
  `${key}.path=${Buffer.from(path).toString('hex')}`,
  ...(text === undefined ? [] : [`${key}.type=file`, `${key}.base64=${Buffer.from(text).toString('base64')}`]),
];
const start = (modules?: string, parameters?: string): readonly string[] => [
  'tool=yes',
  'loaded=yes',
  `modules.count=${modules === undefined ? 0 : 1}`,
  ...file('modules.1', '/etc/modules-load.d/all.conf', modules),
  ...file('own.modules', '/etc/modules-load.d/dummy.conf'),
  `parameters.count=${parameters === undefined ? 0 : 1}`,
  ...file('parameters.1', '/etc/modprobe.d/all.conf', parameters),
  ...file('own.parameters', '/etc/modprobe.d/dummy.conf'),
];
const args = { name: 'dummy' };

describe('modprobe', () => {
  it.each<[string, JsonObject, readonly string[], readonly string[]]>([
    ['is loaded already', args, ['tool=yes', 'loaded=yes'], []],
    ['is loaded', { ...args, params: 'a=1 b=2' }, ['tool=yes', 'loaded=no'], ['loaded: false → true']],
    ['is unloaded', { ...args, state: 'absent' }, ['tool=yes', 'loaded=yes'], ['loaded: true → false']],
    ['is loaded at the next start too', { ...args, persistent: 'present' }, start('dummy # x\n'), []],
    [
      'is to be loaded at the next start with its parameters',
      { ...args, persistent: 'present', params: 'n=2' },
      start(undefined, 'options dummy n=1\noptions other n=1\n'),
      [
        '/etc/modules-load.d/dummy.conf state',
        '/etc/modules-load.d/dummy.conf content',
        '/etc/modprobe.d/all.conf content',
        '/etc/modprobe.d/dummy.conf state',
        '/etc/modprobe.d/dummy.conf content',
      ],
    ],
    [
      'is not to be loaded any more',
      { ...args, persistent: 'absent' },
      start('other\ndummy\n', 'options dummy n=1\n'),
      ['/etc/modules-load.d/all.conf content', '/etc/modprobe.d/all.conf content'],
    ],
  ])('a module %s', async (_name, given, lines, expected) => {
    const { plan } = await described(modprobe, given, lines);
    expect(plan.failed).toBeUndefined();
    const shown = plan.differences.every(({ aspect }) => aspect === 'loaded')
      ? changes(plan)
      : plan.differences.map(({ subject, aspect }) => `${subject} ${aspect}`);
    expect(shown).toEqual(expected);
  });

  it('says why, before anything is done', async () => {
    const lines = ['tool=yes', 'loaded=no', `refused=${Buffer.from('FATAL: no such module').toString('hex')}`];
    expect((await described(modprobe, args, lines)).plan.failed).toBe('FATAL: no such module');
    expect((await described(modprobe, args, [])).plan.failed).toContain('The host has no “modprobe”');
  });

  it.each([[{ name: '-r' }], [{ name: 'a b' }], [{ name: 'a/b' }], [{ name: 'a', params: '-r' }]])(
    'refuses %j before any host is asked',
    async (given) => {
      await expect(described(modprobe, given, [])).rejects.toThrow('module.arguments');
    },
  );

  it.each(shells.map((shell) => [shell.join(' '), shell] as const))('asks this machine on %s', async (_name, shell) => {
    const given = { name: 'no_such_module_here', persistent: 'absent', state: 'absent' };
    const { plan } = await tryModule(modprobe, given, { shell }, false);
    if (plan.failed === undefined) expect(changes(plan)).toEqual([]);
    else expect(plan.failed).toContain('modprobe');
  });
});
