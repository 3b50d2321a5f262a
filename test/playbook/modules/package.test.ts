import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { packageModule } from '#playbook/modules/package.ts';
import { findProgram } from '#test/support/programs.ts';
import { type AptWorld, openAptWorld } from './apt-world.ts';
import { changes, tryModule } from './host.ts';

const debian = findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
if (!debian) it.skip('works with apt, which is not on this machine', () => undefined);

let world: AptWorld;
beforeEach(() => {
  world = openAptWorld();
});
afterEach(() => world.close());

const run = (args: JsonObject) => tryModule(packageModule, args, { env: world.env });

describe.runIf(debian)('package', () => {
  it('uses apt where there is apt, once', async () => {
    world.publish('web', '1.0');
    const args = { name: 'web', state: 'installed', update_cache: true, cache_valid_time: 3600 };
    world.apt('update');
    expect(changes((await run(args)).plan)).toEqual(['version: absent → 1.0']);
    expect(world.installed()).toEqual(['web 1.0']);
    expect(changes((await run(args)).plan)).toEqual([]);
    expect(changes((await run({ name: ['web'], state: 'removed' })).plan)).toEqual(['version: 1.0 → absent']);
  });

  it('uses dnf or yum where there is no apt, or when told to', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    expect((await tryModule(packageModule, { name: 'web' }, bare, false)).plan.failed).toContain('the host has no dnf');
    if (findProgram('rpm') === undefined)
      expect((await run({ name: 'web', use: 'yum' })).plan.failed).toContain('the host has no dnf');
  });

  it.each([[{ name: '-x' }], [{ name: '$(id)' }], [{}]])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
