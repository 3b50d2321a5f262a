import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { understand } from '#commands/understand.ts';
import { threeHosts } from '../../support/vocabulary.ts';
import { type Rig, rigOver } from './rig.ts';

const folder = fileURLToPath(new URL('../../../plugins', import.meta.url));
const examples = fileURLToPath(new URL('../../../examples', import.meta.url));
const known = { fleet: threeHosts, playbooks: ['site'], secrets: [], commands: ['status'], now: 0 };
const folders = [folder, examples];

const names = (await readdir(folder, { withFileTypes: true }))
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const readme = (name: string) => readFile(join(folder, name, 'README.md'), 'utf8');

test('all bundled plugins and the example load, with their commands', async () => {
  const { host } = await rigOver(folder, { folders });
  expect(host.faults()).toEqual([]);
  expect(
    host
      .plugins()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([...names, 'echo'].sort());
  expect(
    host
      .commands()
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    'audit',
    'audit all',
    'deploy',
    'echo',
    'logs',
    'metrics',
    'restart',
    'rollback',
    'run',
    'runs',
    'runs cancel',
    'runs resume',
    'runs show',
    'status',
    'versions',
  ]);
  expect([host.capability('metrics'), host.capability('logs')]).toEqual([true, true]);
});

describe('what the plugins say of themselves', () => {
  let commands: ReturnType<Rig['host']['commands']>;
  beforeAll(async () => {
    const { host } = await rigOver(folder, { folders });
    commands = host.commands();
  });

  test('every example is a whole order of its own command', () => {
    for (const command of commands)
      for (const example of command.examples) {
        const understood = understand(example, commands, known);
        const name = understood.kind === 'order' ? understood.command.name : understood.kind;
        expect([example, name]).toEqual([example, command.name]);
      }
  });

  test.each(names)('every line of the README of %s is a whole order', async (name) => {
    const lines = [...(await readme(name)).matchAll(/^ {4}(\S.*)$/gm)]
      .map((match) => match[1] ?? '')
      .filter((line) => !line.includes(':'));
    for (const line of lines) expect([line, understand(line, commands, known).kind]).toEqual([line, 'order']);
  });
});

test.each(names)('every setting shown in the README of %s is one it takes', async (name) => {
  for (const [, yaml = ''] of (await readme(name)).matchAll(/```yaml\n(plugins:[^`]*)```/g)) {
    const { plugins } = parse(yaml) as { plugins: { settings: Record<string, unknown> } };
    const { host } = await rigOver(folder, { settings: plugins.settings });
    expect(Object.keys(plugins.settings)).toEqual([name]);
    expect(host.faults()).toEqual([]);
  }
});

test.each(names)('the README of %s names its permissions', async (name) => {
  const { host } = await rigOver(folder, {});
  const text = await readme(name);
  for (const { plugin, permission } of host.commands())
    if (plugin === name) expect(text).toContain(`\`${permission}\``);
});
