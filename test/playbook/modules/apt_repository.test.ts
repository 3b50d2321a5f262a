import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { addSource, removeSource, suggestedName } from '#playbook/modules/apt_repository/sources.ts';
import { aptRepository } from '#playbook/modules/apt_repository.ts';
import { findProgram } from '#test/support/programs.ts';
import { type AptWorld, openAptWorld } from './apt-world.ts';
import { changes, shells, tryModule } from './host.ts';

const debian = findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
if (!debian) it.skip('works with apt, which is not on this machine', () => undefined);

let world: AptWorld;
beforeEach(() => {
  world = openAptWorld();
});
afterEach(() => world.close());

const parts = (): readonly string[] => readdirSync(join(world.folder, 'etc/sources.list.d'));
const read = (name: string): string => readFileSync(join(world.folder, 'etc/sources.list.d', name), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(world.folder, 'etc/sources.list.d', name), text);
const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(aptRepository, args, { shell, env: world.env }, really);
const repo = (): string => `deb [trusted=yes]   file:${world.folder}/repository   ./`;

describe.runIf(debian).each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'apt_repository, on %s',
  (_name, shell) => {
    it('adds a source to a file of its own and fetches the lists, once; removes it with its file', async () => {
      writeFileSync(join(world.folder, 'etc/sources.list'), '');
      world.publish('web', '1.0');
      const args = { repo: repo(), filename: 'ours' };
      const first = await run(args, true, shell);
      expect(first.result).toMatchObject({ changed: true, result: { repo: repo(), state: 'present' } });
      expect(read('ours.list')).toBe(`deb [trusted=yes] file:${world.folder}/repository ./\n`);
      expect(statSync(join(world.folder, 'etc/sources.list.d', 'ours.list')).mode & 0o777).toBe(0o644);
      world.apt('install', 'web');
      expect(changes((await run(args, true, shell)).plan)).toEqual([]);
      const gone = { ...args, state: 'absent' };
      expect(changes((await run(gone, true, shell)).plan)).toEqual([
        'state: file → absent',
        'lists updated: false → true',
      ]);
      expect(parts()).toEqual([]);
      expect(changes((await run(gone, true, shell)).plan)).toEqual([]);
    });
  },
);

describe.runIf(debian)('apt_repository', () => {
  it('changes nothing while it plans, and shows the diff', async () => {
    const planned = await run({ repo: 'deb http://x.example/debian stable main' }, false);
    expect(planned.plan.differences[0]).toMatchObject({
      subject: join(world.folder, 'etc/sources.list.d/x_example_debian.list'),
      diff: expect.stringContaining('+deb http://x.example/debian stable main'),
    });
    expect(parts()).toEqual([]);
  });

  it('brings a disabled source to life where it is, and leaves a file with other lines', async () => {
    write('a.list', '# ours\n#deb  http://x.example/debian stable main # note\n\n');
    const args = { repo: 'deb http://x.example/debian stable main', update_cache: false, filename: 'b' };
    await run(args);
    expect(read('a.list')).toBe('# ours\ndeb http://x.example/debian stable main # note\n\n');
    expect(parts()).toEqual(['a.list']);
    await run({ ...args, state: 'absent' });
    expect(read('a.list')).toBe('# ours\n\n');
  });

  it('puts everything back when the lists cannot be fetched', async () => {
    write('a.list', '# deb file:/nowhere ./\n');
    const args = { repo: 'deb file:/nowhere ./', update_cache_retries: 1 };
    expect((await run(args)).result?.failed).toContain('Failed to update apt cache');
    expect(read('a.list')).toBe('# deb file:/nowhere ./\n');
    const fresh = { repo: 'deb file:/elsewhere ./', update_cache_retries: 1, filename: 'new' };
    expect((await run(fresh)).result?.failed).toContain('Failed to update apt cache');
    expect(existsSync(join(world.folder, 'etc/sources.list.d/new.list'))).toBe(false);
  });

  it('writes a file whose name is hard to write', async () => {
    await run({ repo: 'deb http://x.example/a b c', filename: "it's $(odd)", mode: '0600', update_cache: false });
    expect(statSync(join(world.folder, 'etc/sources.list.d', "it's $(odd).list")).mode & 0o777).toBe(0o600);
  });

  it('knows personal archives by their line', async () => {
    write('a.list', 'deb http://ppa.launchpad.net/us/tools/ubuntu jammy main\n');
    expect(changes((await run({ repo: 'ppa:us/tools', codename: 'jammy' }, false)).plan)).toEqual([]);
    const planned = await run({ repo: 'ppa:us/other', codename: 'jammy' }, false);
    expect(planned.plan.differences[0]?.subject).toMatch(/ppa_us_other_jammy\.list$/);
    expect(planned.plan.differences[0]?.diff).toContain('+deb http://ppa.launchpad.net/us/other/ubuntu jammy main');
  });

  it.each([
    [{ repo: 'http://x.example' }],
    [{ repo: '# deb http://x.example a b' }],
    [{ repo: 'deb http://x.example a\ndeb http://y.example a' }],
    [{ repo: 'ppa:$(id)' }],
    [{ repo: '' }],
    [{ repo: 'deb http://x a b', filename: '../../x' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});

describe('sources', () => {
  it.each([
    ['deb http://dl.google.com/linux/chrome/deb/ stable main', 'dl_google_com_linux_chrome_deb'],
    [
      'deb [arch=amd64 signed-by=/k.asc] https://u:p@download.docker.com/linux/debian x stable',
      'download_docker_com_linux_debian',
    ],
    ['ppa:nginx/stable_jammy', 'ppa_nginx_stable_jammy'],
  ])('%s gets the name Ansible gives it', (source, name) => {
    expect(suggestedName(source)).toBe(name);
  });

  it('are added once and removed everywhere', () => {
    const files = new Map([
      ['/a', 'deb x y z\n'],
      ['/b', 'deb  x y  z\ndeb q r s\n'],
    ]);
    expect([...addSource(files, 'deb x y z', '/c')]).toEqual([]);
    expect([...removeSource(files, 'deb x y z')]).toEqual([
      ['/a', ''],
      ['/b', 'deb q r s\n'],
    ]);
  });
});
