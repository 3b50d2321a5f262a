import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { debconf } from '#playbook/modules/debconf.ts';
import { findProgram } from '#test/support/programs.ts';
import { changes, shells, tryModule } from './host.ts';

const able = findProgram('debconf-set-selections') !== undefined;
if (!able) it.skip('works with debconf, which is not on this machine', () => undefined);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'debconf-'));
  const database = (name: string, more = ''): string =>
    `Name: ${name}\nDriver: File\nFilename: ${folder}/${name}.dat\n${more}\n`;
  writeFileSync(
    join(folder, 'debconf.conf'),
    `Config: configdb\nTemplates: templatedb\n\n${database('config', 'Reject-Type: password\n')}${database('passwords', 'Accept-Type: password\n')}Name: configdb\nDriver: Stack\nStack: config, passwords\n\n${database('templatedb')}`,
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) => {
  const env = { DEBCONF_SYSTEMRC: join(folder, 'debconf.conf'), DEBCONF_PASSWORDS: join(folder, 'passwords.dat') };
  return tryModule(debconf, { name: 'web', ...args }, { shell, env }, really);
};

describe.runIf(able).each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'debconf, on %s',
  (_name, shell) => {
    it('answers a question once', async () => {
      const args = { question: 'web/name', vtype: 'string', value: "it's $(odd) \\ é" };
      expect(changes((await run(args, false, shell)).plan)).toEqual([`answer: null → ${args.value}`]);
      expect(readFileSync(join(folder, 'config.dat'), 'utf8')).not.toContain('web/name');
      const done = await run(args, true, shell);
      expect(done.result).toMatchObject({ changed: true, result: { current: { 'web/name': args.value } } });
      expect(changes((await run(args, true, shell)).plan)).toEqual([]);
    });
  },
);

describe.runIf(able)('debconf', () => {
  it('knows booleans however they are written, and gives all answers', async () => {
    await run({ question: 'web/on', vtype: 'boolean', value: true });
    expect(changes((await run({ question: 'web/on', vtype: 'boolean', value: 'TRUE' })).plan)).toEqual([]);
    expect(changes((await run({ question: 'web/on', vtype: 'boolean', value: 'false' })).plan)).toEqual([
      'answer: true → false',
    ]);
    expect((await run({})).plan.result).toEqual({ current: { 'web/on': 'false' } });
  });

  it('keeps passwords to itself, and sets each once', async () => {
    const args = { question: 'web/secret', vtype: 'password', value: 'pass word 1' };
    const first = await run(args);
    expect(changes(first.plan)).toEqual(['answer: null → as given']);
    expect(first.plan.differences[0]?.sealed).toBe('pass word 1');
    expect(readFileSync(join(folder, 'passwords.dat'), 'utf8')).toContain('Value: pass word 1');
    expect(changes((await run(args)).plan)).toEqual([]);
    expect(changes((await run({ ...args, value: 'pass' })).plan)).toEqual(['answer: another → as given']);
  });

  it('says that the host has no debconf', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    expect((await tryModule(debconf, { name: 'web' }, bare, false)).plan.failed).toContain(
      'the host has no debconf-show',
    );
  });

  it.each([
    [{ name: '-x' }],
    [{ name: '$(id)' }],
    [{ question: 'a/b' }],
    [{ question: 'a/b', vtype: 'string' }],
    [{ question: 'a b', vtype: 'string', value: 'x' }],
    [{ question: 'a/b', vtype: 'string', value: 'x\nother a/c string y' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
