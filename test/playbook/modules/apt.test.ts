import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { prepareApt } from '#playbook/modules/apt/arguments.ts';
import { readApt } from '#playbook/modules/apt/plan.ts';
import { probeApt } from '#playbook/modules/apt/probe.ts';
import { apt } from '#playbook/modules/apt.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import { driftOf } from '#runs/execute/drift.ts';
import { quote } from '#ssh/quote.ts';
import { findProgram } from '#test/support/programs.ts';
import { type AptWorld, listsOf, openAptWorld } from './apt-world.ts';
import { type Place, runScript, shells, tryModule } from './host.ts';

const debian = findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
if (!debian) it.skip('works with apt, which is not on this machine', () => undefined);

let world: AptWorld;
beforeEach(() => {
  world = openAptWorld();
  world.publish('lib', '1.0');
  world.publish('web', '1.0', { Depends: 'lib' });
  world.publish('mail', '1.0', { Provides: 'mail-agent' });
  world.apt('update');
});
afterEach(() => world.close());

const place = (shell?: readonly string[]): Place => ({ env: world.env, ...(shell && { shell }) });
const run = (args: JsonObject, shell?: readonly string[]) => tryModule(apt, args, place(shell));
const check = (args: JsonObject) => tryModule(apt, args, place(), false);

const prepared = (args: JsonObject) => {
  const checked = checkArguments(apt, args);
  if (!checked.ok) throw new Error(checked.refusal.code);
  return prepareApt(checked.value);
};

/** `package web: absent → 1.0` */
const said = ({ plan }: Awaited<ReturnType<typeof run>>): readonly string[] =>
  plan.differences.map(({ subject, aspect, before, after }) => `${subject} ${aspect}: ${before} → ${after}`);

describe.runIf(debian).each(shells.map((shell) => [shell.join(' '), shell] as const))('apt, on %s', (_name, shell) => {
  it('installs what is missing with what it needs, once, and says it beforehand', async () => {
    const args = { name: ['web', 'lib'], state: 'present' };
    const planned = ['package lib version: absent → 1.0', 'package web version: absent → 1.0'];
    const first = await run(args, shell);
    expect(said(first)).toEqual(planned);
    expect(first.result).toMatchObject({ changed: true, result: { cache_updated: false } });
    expect(first.result?.result.stdout).toContain('Setting up web (1.0)');
    expect(world.installed()).toEqual(['lib 1.0', 'web 1.0']);
    expect(said(await run(args, shell))).toEqual([]);
  });

  it('removes what is there, with what only it needed', async () => {
    world.apt('install', 'web');
    const args = { name: 'web', state: 'absent', autoremove: true };
    expect(said(await run(args, shell))).toEqual([
      'package web version: 1.0 → absent',
      'package lib version: 1.0 → absent',
    ]);
    expect(world.installed()).toEqual([]);
    expect(said(await run(args, shell))).toEqual([]);
  });
});

describe.runIf(debian)('apt', () => {
  it('changes nothing while it plans, and fetches new lists aside', async () => {
    world.publish('web', '2.0', { Depends: 'lib' });
    world.apt('install', 'web');
    const before = listsOf(world);
    const args = { name: 'web', state: 'latest', update_cache: true };
    expect(said(await check(args))).toEqual(['apt lists updated: false → true', 'package web version: 1.0 → 2.0']);
    expect(listsOf(world)).toEqual(before);
    expect(world.installed()).toEqual(['lib 1.0', 'web 1.0']);
    const done = await run(args);
    expect(done.result).toMatchObject({ changed: true });
    expect(world.installed()).toEqual(['lib 1.0', 'web 2.0']);
    const again = await run(args);
    expect(said(again)).toEqual(['apt lists updated: false → true']);
    expect(again.result?.changed).toBe(false);
  });

  it('takes lists that an earlier task has fetched by its turn for no other work than planned', async () => {
    const differences = (await check({ name: 'mail', update_cache: true })).plan.differences;
    const [lists, ...work] = differences.map(({ sealed: _, ...one }) => one);
    expect(lists).toMatchObject({ subject: 'apt lists', aspect: 'updated' });
    const step = {
      id: '1.1',
      host: 'web-1',
      task: 'Mail',
      module: 'apt',
      differences: [...(lists ? [lists] : []), ...work],
    };
    const now = { host: 'web-1', task: 'Mail', differences: work };
    expect(driftOf({ ...step, outcome: 'change' }, now)).toBeUndefined();
  });

  it('leaves fresh lists alone, and an installed package at its version', async () => {
    world.publish('web', '2.0', { Depends: 'lib' });
    world.apt('install', 'web');
    expect(said(await run({ name: 'web', update_cache: true, cache_valid_time: 3600 }))).toEqual([]);
    expect(said(await run({ name: 'web', state: 'latest' }))).toEqual([]);
    world.apt('update');
    expect(said(await run({ name: 'web' }))).toEqual([]);
    expect(said(await run({ name: 'web', state: 'latest' }))).toEqual(['package web version: 1.0 → 2.0']);
  });

  it('installs the version asked for, and goes back only when allowed', async () => {
    world.publish('web', '1.5', { Depends: 'lib' });
    world.publish('web', '2.0', { Depends: 'lib' });
    world.apt('update');
    await run({ name: 'web=1.5' });
    expect(world.installed()).toContain('web 1.5');
    expect(said(await run({ name: 'web=1.*' }))).toEqual([]);
    expect(said(await run({ name: 'web>=1.2' }))).toEqual([]);
    expect(said(await check({ name: 'web>=1.8' }))).toEqual(['package web version: 1.5 → 2.0']);
    expect((await check({ name: 'web>=3' })).plan.failed).toBe('no available installation candidate for web>=3');
    expect((await check({ name: 'web=9' })).plan.failed).toBe('no available installation candidate for web=9');
    expect((await run({ name: 'web=1.0', allow_downgrade: true })).result?.changed).toBe(true);
    expect(world.installed()).toContain('web 1.0');
  });

  it('says what is not there, as Ansible does', async () => {
    expect((await check({ name: 'nope' })).plan.failed).toBe("No package matching 'nope' is available");
    expect((await check({ name: 'nope=1' })).plan.failed).toBe("No package matching 'nope' is available");
    expect((await check({ name: 'nope*' })).plan.failed).toBe("No package(s) matching 'nope*' available");
    expect(said(await check({ name: 'nope', state: 'absent' }))).toEqual([]);
    world.publish('broken', '1.0', { Depends: 'gone' });
    world.apt('update');
    expect((await check({ name: 'broken' })).plan.failed).toContain('Depends: gone');
  });

  it('takes a name for a name, where apt-get finds a pattern in it', async () => {
    expect((await check({ name: 'l.b' })).plan.failed).toBe("No package matching 'l.b' is available");
    expect((await check({ name: 'li+' })).plan.failed).toBe("No package matching 'li+' is available");
    world.publish('g++', '1.0');
    world.publish('lib.so', '1.0');
    expect(said(await run({ name: ['g++', 'lib.so'], update_cache: true })).slice(1)).toEqual([
      'package g++ version: absent → 1.0',
      'package lib.so version: absent → 1.0',
    ]);
  });

  it('never takes away what it is to install', async () => {
    world.apt('install', 'lib');
    const removal = prepared({ name: 'lib', state: 'absent' });
    const answer = await runScript(probeApt(removal, quote), place());
    expect(readApt(answer, removal).failed).toBeUndefined();
    expect(readApt(answer, prepared({ name: 'lib' })).failed).toBe(
      'apt-get would remove lib, which is to be installed',
    );
    expect(readApt(answer, prepared({ name: 'web' })).failed).toBeUndefined();
  });

  it('knows globs, and a package by what it provides', async () => {
    expect(said(await run({ name: 'we*' }))).toContain('package web version: absent → 1.0');
    expect(said(await run({ name: 'we*', state: 'absent' }))).toEqual(['package web version: 1.0 → absent']);
    expect(said(await run({ name: 'we*', state: 'absent' }))).toEqual([]);
    await run({ name: 'mail-agent' });
    expect(world.installed()).toContain('mail 1.0');
    expect(said(await run({ name: 'mail-agent' }))).toEqual([]);
  });

  it('marks what is wanted for itself, without calling it a change', async () => {
    world.apt('install', 'web');
    expect(world.manual()).toEqual(['web']);
    const marked = await run({ name: 'lib' });
    expect(said(marked)).toEqual(['package lib marked: automatic → manual']);
    expect(marked.result?.changed).toBe(false);
    expect(world.manual()).toEqual(['lib', 'web']);
    expect(said(await run({ name: 'lib' }))).toEqual([]);
  });

  it('upgrades everything, and takes away what nobody needs', async () => {
    world.apt('install', 'web');
    world.publish('web', '2.0');
    expect(said(await run({ upgrade: 'dist', update_cache: true }))).toContain('package web version: 1.0 → 2.0');
    expect(said(await run({ upgrade: true }))).toEqual([]);
    expect(said(await run({ autoremove: true }))).toEqual(['package lib version: 1.0 → absent']);
    expect(said(await run({ autoremove: true }))).toEqual([]);
  });

  it('calls new lists a change when nothing else is asked for', async () => {
    const planned = await check({ update_cache: true });
    expect(said(planned)).toEqual(['apt lists updated: false → true']);
    expect(planned.plan.differences[0]?.how).toBeUndefined();
    expect(said(await run({ cache_valid_time: 3600 }))).toEqual([]);
    expect((await run({ update_cache: true })).result?.result).toMatchObject({ cache_updated: expect.any(Boolean) });
  });

  it('says when lists cannot be fetched', async () => {
    rmSync(join(world.folder, 'repository'), { recursive: true });
    const planned = await check({ name: 'web', update_cache: true });
    expect(planned.plan.failed).toContain('Failed to update apt cache');
    const applied = await run({ update_cache: true, update_cache_retries: 1 });
    expect(applied.result?.failed).toContain('Failed to update apt cache');
  });

  it('installs a package from a file with a name that is hard to write, with what it needs, once', async () => {
    const file = world.publish('tool', '3.0', { Depends: 'lib' });
    const deb = join(world.folder, "it's $(odd)", 'tool.deb');
    mkdirSync(join(world.folder, "it's $(odd)"));
    execFileSync('cp', [file, deb]);
    expect(said(await run({ deb }))).toEqual([
      'package lib version: absent → 1.0',
      'package tool version: absent → 3.0',
    ]);
    expect(world.installed()).toEqual(['lib 1.0', 'tool 3.0']);
    expect(said(await run({ deb }))).toEqual([]);
    expect((await run({ deb: join(world.folder, 'none.deb') })).plan.failed).toContain('Unable to install package');
  });

  it('says that the host has no apt', async () => {
    const planned = await tryModule(
      apt,
      { name: 'web' },
      { env: { PATH: '/nowhere' }, shell: [findProgram('dash') ?? '/bin/sh'] },
      false,
    );
    expect(planned.plan.failed).toContain('the host has no apt-get');
  });
});

describe('apt refuses before any host is asked', () => {
  it.each([
    [{ name: '-x' }],
    [{ name: 'a b' }],
    [{ name: '$(id)' }],
    [{ name: 'web-' }],
    [{ name: "it's" }],
    [{ name: 'web\nlib' }],
    [{ name: 'web=1;id' }],
    [{ name: 'web=1.0-' }],
    [{ name: 'web=1.0-1+' }],
    [{ name: 'web>=1.0-' }],
    [{ name: 'web=1*-', state: 'latest' }],
    [{ name: 'web', upgrade: 'dist' }],
    [{ name: 'web', default_release: '-x' }],
    [{ name: 'web', dpkg_options: 'x; id' }],
    [{ state: 'present' }],
    [{ deb: '/a.deb', state: 'absent' }],
  ])('%j', async (args) => {
    await expect(check(args)).rejects.toThrow('module.arguments');
  });
});
