import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { apt } from '#playbook/modules/apt.ts';
import { dpkgSelections } from '#playbook/modules/dpkg_selections.ts';
import { packageFacts } from '#playbook/modules/package_facts.ts';
import { findProgram } from '#test/support/programs.ts';
import { type AptWorld, openAptWorld } from './apt-world.ts';
import { changes, shells, tryModule } from './host.ts';

const debian = findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
if (!debian) it.skip('works with dpkg, which is not on this machine', () => undefined);

let world: AptWorld;
beforeEach(() => {
  world = openAptWorld();
  world.publish('web', '1.0', { Section: 'httpd' });
  world.apt('update');
  world.apt('install', 'web');
});
afterEach(() => world.close());

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(dpkgSelections, { name: 'web', ...args }, { shell, env: world.env }, really);

describe.runIf(debian).each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'dpkg_selections, on %s',
  (_name, shell) => {
    it('holds a package once, and lets it go', async () => {
      expect(changes((await run({ selection: 'hold' }, false, shell)).plan)).toEqual(['selection: install → hold']);
      expect((await run({ selection: 'hold' }, true, shell)).result).toMatchObject({
        changed: true,
        result: { before: 'install', after: 'hold' },
      });
      expect(changes((await run({ selection: 'hold' }, true, shell)).plan)).toEqual([]);
      await run({ selection: 'install' }, true, shell);
      expect(changes((await run({ selection: 'install' }, true, shell)).plan)).toEqual([]);
    });
  },
);

describe.runIf(debian)('dpkg_selections', () => {
  it('keeps apt from upgrading, until it may', async () => {
    await run({ selection: 'hold' });
    world.publish('web', '2.0');
    world.apt('update');
    const latest = (args: JsonObject) => tryModule(apt, { name: 'web', state: 'latest', ...args }, { env: world.env });
    expect((await latest({ allow_change_held_packages: true })).result?.failed).toBeUndefined();
    expect(world.installed()).toEqual(['web 2.0']);
  });

  it('says what dpkg does not know', async () => {
    expect((await run({ name: 'nope', selection: 'hold' })).plan.failed).toBe(
      "Failed to find package 'nope' to perform selection 'hold'.",
    );
  });

  it.each([
    [{ name: '-x', selection: 'hold' }],
    [{ name: '*', selection: 'hold' }],
    [{ name: "a'b", selection: 'hold' }],
    [{ selection: 'x' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});

describe.runIf(debian)('package_facts', () => {
  it('tells which packages are installed', async () => {
    const { plan } = await tryModule(packageFacts, {}, { env: world.env });
    expect(plan.result).toEqual({
      ansible_facts: {
        packages: { web: [{ name: 'web', version: '1.0', arch: 'all', category: 'httpd', origin: '', source: 'apt' }] },
      },
    });
  });

  it('fails where there is no manager it knows', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    expect((await tryModule(packageFacts, {}, bare)).plan.failed).toContain(
      'Could not detect a supported package manager',
    );
    await expect(tryModule(packageFacts, { manager: 'winget' })).rejects.toThrow('module.arguments');
  });

  it('reads what rpm and apk say', () => {
    const args = packageFacts.prepare({ manager: ['rpm', 'apk'], strategy: 'all' }, undefined as never);
    const stdout =
      'raw=rpm\n|bash\t5.1\t1.el9\t(none)\tx86_64\n|vim\t8\t2\t2\tx86_64\n|x\nraw=apk\n|busybox-1.36.1-r2\n|x\nend\n';
    const ready = args as Awaited<typeof args>;
    expect(packageFacts.read({ code: 0, stdout, stderr: '' }, ready)).toMatchObject({
      bash: [{ version: '5.1', release: '1.el9', epoch: null, arch: 'x86_64' }],
      vim: [{ epoch: 2 }],
      busybox: [{ version: '1.36.1', release: 'r2' }],
    });
  });
});
