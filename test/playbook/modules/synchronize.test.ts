import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { filterOf } from '#playbook/modules/synchronize/filter.ts';
import { synchronize } from '#playbook/modules/synchronize.ts';
import { findProgram } from '#test/support/programs.ts';
import { shells, tryModule } from './host.ts';
import { openWorld, type World } from './synchronize-world.ts';

const able = findProgram('rsync') !== undefined;
if (!able) it.skip('works as rsync does, which is not on this machine', () => undefined);

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(() => world.close());

const put = (folder: string, path: string, text: string, mode = 0o644, time = 1_600_000_000): void => {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
  chmodSync(whole, mode);
  utimesSync(whole, time, time);
};

const settle = (folder: string, time: number): void => {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) utimesSync(path, time, time);
    if (entry.isSymbolicLink()) lutimesSync(path, time, time);
  }
};

/** What is here, and what an earlier time left there. */
const fill = (): void => {
  const { here, there } = world;
  put(here, 'site/same', 'same\n');
  put(here, 'site/other size', 'longer\n', 0o750);
  put(here, 'site/other time', 'timed\n');
  put(here, 'site/other sum', 'one\n');
  put(here, 'site/mode', 'mode\n', 0o600);
  put(here, "site/new it's $(touch pwned)\n", 'new\n', 0o4755);
  put(here, 'site/sub/deep/file.pyc', 'c\n');
  put(here, 'site/sub/keep', 'k\n');
  put(here, 'site/folder now', 'was a folder\n');
  put(here, 'site/file now/in', 'was a file\n');
  put(here, 'site/through/in', 'not through the link\n');
  symlinkSync('same', join(here, 'site/link'));
  symlinkSync('nowhere', join(here, 'site/broken'));
  mkdirSync(join(here, 'site/empty'), { mode: 0o700 });
  settle(here, 1_600_000_100);
  put(there, 'same', 'same\n');
  put(there, 'other size', 'short', 0o644, 1_500_000_000);
  put(there, 'other time', 'timed\n', 0o644, 1_500_000_000);
  put(there, 'other sum', 'two\n');
  put(there, 'mode', 'mode\n');
  put(there, 'extra/in/it', 'extra\n');
  put(there, 'extra/log.pyc', 'extra\n');
  put(there, 'sub/gone', 'gone\n');
  put(there, 'file now', 'was a file\n');
  put(there, 'folder now/in/it', 'was a folder\n');
  put(there, 'elsewhere', 'stays\n');
  symlinkSync('other', join(there, 'link'));
  symlinkSync('sub', join(there, 'through'));
  settle(there, 1_500_000_100);
};

const push = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(synchronize, { dest: world.there, ...args }, { shell, controller: world.controller }, really);

const subjects = ({ plan }: Awaited<ReturnType<typeof push>>): readonly string[] =>
  plan.differences.map(({ subject, aspect }) => `${subject.replace(`${world.there}/`, '')} ${aspect}`);

/** Arguments, and what rsync is told for the same; all of them are tried with every shell only. */
const flags: readonly (readonly [JsonObject, string])[] = [
  [
    { delete: true, rsync_opts: ['--exclude=*.pyc', '--exclude', '/sub/keep'] },
    '-a --delete --exclude=*.pyc --exclude=/sub/keep',
  ],
  [{ rsync_opts: ['--delete-excluded --exclude=*.pyc'] }, '-a --delete-excluded --exclude=*.pyc'],
  [{ delete: true, checksum: true }, '-a --delete-after --checksum'],
  [
    { delete: true, rsync_opts: ['--include=sub/***', '--exclude=s*', '--exclude=[en]*/'] },
    '-a --delete-after --include=sub/*** --exclude=s* --exclude=[en]*/',
  ],
  [{ delete: true, perms: false, owner: false, rsync_opts: ['-O'] }, '-a --delete-after --no-perms --no-owner -O'],
  [{ delete: true, links: false }, '-a --delete-after --no-links'],
  [
    { existing_only: true, rsync_opts: ['--exclude="*now"', '--exclude=through'] },
    '-a --existing --exclude=*now --exclude=through',
  ],
  [
    { delete: true, rsync_opts: ['--chmod=D750,F640', '--chown=1234:2345'] },
    '-a --delete-after --chmod=D750,F640 --chown=1234:2345',
  ],
  [
    { rsync_opts: ['--exclude="*now"', '--exclude=through', '--ignore-existing'] },
    '-a --exclude=*now --exclude=through --ignore-existing',
  ],
  [
    { recursive: false, dirs: true, rsync_opts: ['--exclude="*now"', '--exclude=through'] },
    '-a --no-recursive --dirs --exclude=*now --exclude=through',
  ],
];
const tried = process.env.QUARTERDECK_EVERY_SHELL ? flags : flags.slice(0, 4);

/** Lines of rsync's: which way a file goes, and the time of a link, are not told alike. */
const linesOf = (text: string): readonly string[] =>
  text
    .replaceAll('\\#012', '\n')
    .replaceAll(/^</gm, '>')
    .replaceAll(/^(cL..)t/gm, '$1.')
    .split('\n')
    .filter((line) => line !== '' && !/^(?:\.L|cannot delete)/.test(line))
    .toSorted();

describe.runIf(able)('synchronize does what rsync does', () => {
  it.each(tried)('with %j', async (args, options) => {
    fill();
    const twin = `${world.there} twin`;
    cpSync(world.there, twin, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    chmodSync(twin, 0o700);
    settle(twin, 1_500_000_100);
    settle(world.there, 1_500_000_100);
    const theirs = execFileSync(
      'rsync',
      [...options.split(' '), '--out-format=%i %n%L', `${world.here}/site/`, `${twin}/`],
      {
        encoding: 'utf8',
      },
    );
    const { result, plan } = await push({ src: 'site/', ...args });
    expect(result?.failed).toBeUndefined();
    expect(world.tree(world.there)).toEqual(world.tree(twin));
    expect(linesOf(String(plan.result.msg))).toEqual(linesOf(theirs));
    expect(subjects(await push({ src: 'site/', ...args }))).toEqual([]);
  });
});

describe('synchronize', () => {
  it('sends what a folder holds when it is written as its parent', async () => {
    put(world.here, 'site/a', 'a\n');
    put(world.here, 'site/sub/b', 'b\n');
    put(world.there, 'c', 'c\n');
    const { plan } = await push({ src: 'site/sub/..' }, false);
    expect(plan.differences.filter(({ subject }) => !`${subject}/`.startsWith(`${world.there}/`))).toEqual([]);
    expect(plan.differences.map(({ subject }) => subject)).toContain(`${world.there}/a`);
  });

  it('refuses to delete where folders are not gone through', async () => {
    put(world.here, 'site/a', 'a\n');
    await expect(push({ src: 'site/', delete: true, recursive: false, dirs: true })).rejects.toThrow(
      'module.arguments',
    );
  });

  it.each([
    ['[[:digit:]]*', ['2024.log', '1'], ['data', 'index', 't', ':x']],
    ['[![:alpha:]]x', ['1x', '-x'], ['ax', '/x']],
    ['[]a]', [']', 'a'], ['b']],
    ['[a-c[]', ['b', '['], ['d']],
  ])('reads the pattern %s as rsync does', (pattern, matched, others) => {
    const wants = filterOf([{ keeps: false, pattern }]);
    expect(matched.map((path) => wants(path, false))).toEqual(matched.map(() => false));
    expect(others.map((path) => wants(path, false))).toEqual(others.map(() => true));
  });

  it('refuses a pattern that means nothing', () =>
    expect(() => filterOf([{ keeps: false, pattern: '[z-a]' }])).toThrow('module.arguments'));
});

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('synchronize, on %s', (_name, shell) => {
  it('sends a folder under its own name, and nothing a second time', async () => {
    put(world.here, 'site/sub/a', 'a\n');
    put(world.here, 'site/large', 'x'.repeat(70_000));
    symlinkSync('sub/a', join(world.here, 'site/link'));
    const first = await push({ src: 'site' }, false, shell);
    expect(subjects(first)).toEqual([
      'site state',
      ...['large state', 'large content', 'link state', 'link target', 'sub state'].map((one) => `site/${one}`),
      ...['site/sub/a state', 'site/sub/a content'],
    ]);
    const { result } = await push({ src: 'site' }, true, shell);
    expect(result).toMatchObject({ changed: true, result: { rc: 0, stdout_lines: first.plan.result.stdout_lines } });
    expect(world.tree(world.there)).toEqual(world.tree(world.here));
    expect(subjects(await push({ src: 'site' }, true, shell))).toEqual([]);
  });

  it('sends one file by the name it is given, or into a folder', async () => {
    put(world.here, "it's", 'one\n', 0o640);
    for (const dest of ['named', 'into/', 'into']) {
      await push({ src: "it's", dest: join(world.there, dest) + (dest.endsWith('/') ? '/' : '') }, true, shell);
      expect(subjects(await push({ src: "it's", dest: `${world.there}/${dest}` }, true, shell))).toEqual([]);
    }
    expect(Object.keys(world.tree(world.there))).toEqual(['into', "into/it's", 'named']);
  });
});

describe('synchronize', () => {
  it('compares contents where times are not kept', async () => {
    put(world.here, 'site/a', 'one\n', 0o644, 1_600_000_000);
    put(world.there, 'a', 'one\n', 0o644, 1_500_000_000);
    put(world.there, 'b', 'one\n');
    put(world.here, 'site/b', 'two\n');
    const args = { src: 'site/', archive: false, recursive: true };
    expect(subjects(await push(args))).toEqual(['b content']);
    expect(subjects(await push(args))).toEqual([]);
  });

  it('follows links where it is told to', async () => {
    put(world.here, 'a', 'one\n');
    mkdirSync(join(world.here, 'site'));
    symlinkSync('../a', join(world.here, 'site/link'));
    await push({ src: 'site/', copy_links: true });
    expect(world.tree(world.there).link).toBe(
      '644 0:0 1600000000 one\n'.replace('0:0', `${process.getuid?.()}:${process.getgid?.()}`),
    );
  });

  it('reads what is left out from a file', async () => {
    put(world.here, 'rules', '# none of these\n*.log\n\n+ /sub/keep\n/sub/*\n');
    for (const path of ['a.log', 'a', 'sub/keep', 'sub/other']) put(world.here, `site/${path}`, 'x');
    await push({ src: 'site/', rsync_opts: ['--exclude-from=rules'] });
    expect(Object.keys(world.tree(world.there))).toEqual(['a', 'sub', 'sub/keep']);
  });

  it('says what is in the way, and changes nothing', async () => {
    put(world.here, 'site/a', 'x');
    put(world.there, 'a/in', 'x');
    expect((await push({ src: 'site/' })).plan.failed).toContain('/a is a folder, where a file is to be: delete: true');
    const excluded = { src: 'site/', delete: true, rsync_opts: ['--exclude=in'] };
    expect((await push(excluded)).plan.failed).toContain('what is left out is in it');
    put(world.there, 'file', 'x');
    expect((await push({ src: 'site/', dest: join(world.there, 'file') })).plan.failed).toContain('is not a folder');
    const nowhere = join(world.there, 'no/where');
    expect((await push({ src: 'site/', dest: nowhere })).plan.failed).toContain(`${nowhere} is to be made in does not`);
    expect((await push({ src: 'site/a', dest: join(nowhere, 'b') })).plan.failed).toContain('does not exist');
  });

  it.each([
    [{ rsync_opts: ['--rsh=ssh -x'] }],
    [{ rsync_opts: ['-e', 'sh'] }],
    [{ rsync_opts: ['--log-file=/etc/x'] }],
    [{ rsync_opts: ['--remove-source-files'] }],
    [{ rsync_opts: ['--exclude'] }],
    [{ rsync_opts: ["--exclude='x"] }],
    [{ rsync_opts: ['--filter=- x'] }],
    [{ rsync_opts: ['--chmod=rubbish'] }],
    [{ src: 'rsync://host/x' }],
    [{ dest: 'host:/x' }],
    [{ mode: 'pull' }],
    [{ delete: true, recursive: false }],
    [{ private_key: '/k' }],
    [{ dest_port: 22 }],
    [{ rsync_path: 'sudo rsync' }],
    [{ set_remote_user: false }],
    [{ verify_host: false }],
    [{ use_ssh_args: false }],
    [{ link_dest: ['/x'] }],
    [{ partial: true }],
    [{ rsync_timeout: 5 }],
  ])('refuses %j before any host is asked', async (args) => {
    put(world.here, 'site/a', 'x');
    await expect(push({ src: 'site/', ...args })).rejects.toThrow('module.arguments');
  });

  it('refuses rules in the folder itself, unless they are left out', async () => {
    put(world.here, 'site/.rsync-filter', '- a\n');
    await expect(push({ src: 'site/' })).rejects.toThrow('.rsync-filter');
    expect(subjects(await push({ src: 'site/', delay_updates: false }))).toContain('.rsync-filter state');
  });

  it('refuses to go from one host to another', async () => {
    for (const delegate of ['web-2', 'localhost']) {
      const place = { controller: { ...world.controller, delegate } };
      await expect(tryModule(synchronize, { src: '/a', dest: '/b' }, place)).rejects.toThrow('delegate_to');
    }
  });
});

describe.runIf(able)('synchronize on one host', () => {
  const local = (args: JsonObject, really = true) =>
    tryModule(
      synchronize,
      { src: `${world.here}/site/`, dest: world.there, ...args },
      { controller: { host: 'web-1', delegate: 'web-1' } },
      really,
    );

  it('has rsync make one folder as the other, once', async () => {
    fill();
    const args = { delete: true, rsync_opts: ['--exclude=*.pyc', "--exclude='/folder now'"] };
    const first = await local(args, false);
    expect(subjects(first)).toEqual(
      expect.arrayContaining([
        'elsewhere state',
        'mode mode',
        'other size content',
        'other time modified',
        'link content',
      ]),
    );
    const before = world.tree(world.there);
    expect((await local(args)).result).toMatchObject({ changed: true, result: { rc: 0, msg: first.plan.result.msg } });
    expect(world.tree(world.there)).not.toEqual(before);
    expect(subjects(await local({ ...args, mode: 'pull' }))).toEqual([]);
  });

  it('links to files that are the same in a third folder', async () => {
    put(world.here, 'site/a', 'one\n');
    put(world.here, 'old/a', 'one\n');
    const args = { dest: `${world.there}/new`, link_dest: [`${world.here}/old`] };
    expect((await local(args)).result?.changed).toBe(true);
    expect(subjects(await local(args))).toEqual([]);
  });

  it('says what rsync said, and that there is none', async () => {
    expect((await local({ src: '/nowhere/at/all' })).plan.failed).toContain('No such file or directory');
    const bare = {
      env: { PATH: '/nowhere' },
      controller: { host: 'a', delegate: 'a' },
      shell: [findProgram('dash') ?? '/bin/sh'],
    };
    const { plan } = await tryModule(synchronize, { src: '/a', dest: '/b' }, bare);
    expect(plan.failed).toBe('synchronize: the host has no rsync. Install rsync there first.');
  });

  it.each([
    [{ link_dest: ['x'] }],
    [{ link_dest: ['/srv'], dest: '/srv/a/b' }],
    [{ rsync_timeout: -1 }],
    [{ rsync_opts: ['-e sh'] }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(local(args)).rejects.toThrow('module.arguments');
  });
});
