import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { git } from '#playbook/modules/git.ts';
import { findProgram } from '#test/support/programs.ts';
import { shells, tryModule } from './host.ts';

let folder = '';
let repo = '';
let dest = '';
const env = () => ({
  HOME: folder,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
});
const run = (args: JsonObject = {}, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(git, { repo, dest, ...args }, { shell, env: env() }, really);
const said = ({ plan }: Awaited<ReturnType<typeof run>>): readonly string[] =>
  plan.differences.map(({ aspect, before, after }) => `${aspect}: ${before} → ${after}`);

const g = (at: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', at, '-c', 'user.name=us', '-c', 'user.email=us@example.org', ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env() },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();
const commit = (text: string): string => {
  writeFileSync(join(repo, 'file'), text);
  g(repo, 'add', '.');
  g(repo, 'commit', '-q', '-m', text);
  return g(repo, 'rev-parse', 'HEAD');
};
const file = (): string => readFileSync(join(dest, 'file'), 'utf8');

let first = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-'));
  repo = join(folder, "it's $(a) repo");
  dest = join(folder, "it's $(a) place", 'deep');
  mkdirSync(repo);
  g(repo, 'init', '-q', '-b', 'main');
  first = commit('one');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('git, on %s', (_name, shell) => {
  it('clones, updates and goes back, and does nothing twice', async () => {
    const cloned = await run({}, true, shell);
    expect(said(cloned)).toEqual([`version: null → ${first}`]);
    expect(cloned.result).toMatchObject({ changed: true, result: { before: null, after: first } });
    expect(said(await run({}, true, shell))).toEqual([]);
    const second = commit('two');
    expect((await run({}, true, shell)).result).toMatchObject({
      changed: true,
      result: { before: first, after: second },
    });
    expect(file()).toBe('two');
    expect(g(dest, 'status', '-sb')).toBe('## main...origin/main');
    await run({ version: first }, true, shell);
    expect(file()).toBe('one');
    expect(said(await run({ version: first.slice(0, 10) }, true, shell))).toEqual([]);
  });
});

describe('git', () => {
  it('changes nothing while it plans', async () => {
    await run({}, false);
    expect(existsSync(dest)).toBe(false);
    await run();
    const second = commit('two');
    const before = readdirSync(join(dest, '.git'));
    expect(said(await run({}, false))).toEqual([`version: ${first} → ${second}`]);
    expect(readdirSync(join(dest, '.git'))).toEqual(before);
    expect(() => g(dest, 'cat-file', '-e', second)).toThrow();
  });

  it('follows branches and tags, also tags with a message', async () => {
    g(repo, 'tag', '-a', 'v1', '-m', 'first');
    g(repo, 'checkout', '-q', '-b', 'next/one');
    const second = commit('two');
    await run({ version: 'next/one' });
    expect(g(dest, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe('next/one');
    expect(said(await run({ version: 'v1' }))).toEqual([`version: ${second} → ${first}`]);
    expect(said(await run({ version: 'v1' }))).toEqual([]);
    expect(file()).toBe('one');
    expect(said(await run({ version: 'main' }))).toEqual(['branch: null → main']);
    expect(said(await run({ version: 'main' }))).toEqual([]);
  });

  it('keeps what was changed there unless forced, and leaves new files', async () => {
    await run();
    writeFileSync(join(dest, 'file'), 'mine');
    writeFileSync(join(dest, 'new'), 'mine');
    expect((await run()).plan.failed).toBe(`Local modifications exist in the destination: ${dest} (force=no).`);
    expect(file()).toBe('mine');
    const forced = await run({ force: true });
    expect(said(forced)).toEqual(['local changes: some → discarded']);
    expect(forced.result?.changed).toBe(true);
    expect(file()).toBe('one');
    expect(existsSync(join(dest, 'new'))).toBe(true);
    expect(said(await run({ force: true }))).toEqual([]);
  });

  it('clones what is needed only, and keeps that up to date', async () => {
    commit('two');
    const third = commit('three');
    await run({ depth: 1, version: 'main', single_branch: true });
    expect(g(dest, 'rev-list', '--count', 'HEAD')).toBe('1');
    const fourth = commit('four');
    expect(said(await run({ depth: 1, version: 'main' }))).toEqual([`version: ${third} → ${fourth}`]);
    expect(file()).toBe('four');
    g(repo, 'checkout', '-q', '-b', 'other');
    commit('five');
    expect((await run({ version: 'other' })).result?.failed).toBeUndefined();
    expect(file()).toBe('five');
  });

  it('goes without update or clone when told to', async () => {
    expect(said(await run({ clone: false }))).toEqual([]);
    expect(existsSync(dest)).toBe(false);
    await run();
    commit('two');
    expect((await run({ update: false })).plan.result).toEqual({ before: first, after: first });
    rmSync(repo, { recursive: true });
    expect(said(await run({ update: false }))).toEqual([]);
  });

  it('takes another address for the same remote', async () => {
    await run();
    const moved = join(folder, 'moved');
    g(folder, 'clone', '-q', repo, moved);
    expect(said(await run({ repo: moved }))).toEqual([`remote: file://${repo} → file://${moved}`]);
    expect(said(await run({ repo: moved }))).toEqual([]);
  });

  it('brings submodules', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    g(inner, 'init', '-q', '-b', 'main');
    writeFileSync(join(inner, 'x'), 'x');
    g(inner, 'add', '.');
    g(inner, 'commit', '-q', '-m', 'x');
    g(repo, 'submodule', 'add', '-q', inner, 'sub');
    g(repo, 'commit', '-q', '-m', 'sub');
    await run({ recursive: false });
    expect(existsSync(join(dest, 'sub/x'))).toBe(false);
    expect(said(await run())).toEqual(['submodules: other → as recorded']);
    expect(existsSync(join(dest, 'sub/x'))).toBe(true);
    expect(said(await run())).toEqual([]);
  });

  it('makes bare repositories', async () => {
    await run({ bare: true });
    const second = commit('two');
    expect(said(await run({ bare: true }))).toEqual([`version: ${first} → ${second}`]);
    expect(said(await run({ bare: true }))).toEqual([]);
  });

  it('says why it cannot', async () => {
    expect((await run({ version: 'nope' })).plan.failed).toContain('Failed to checkout nope');
    expect((await run({ version: 'f'.repeat(40) })).result?.failed).toContain('is not there');
    rmSync(dest, { recursive: true, force: true });
    mkdirSync(dest, { recursive: true });
    writeFileSync(join(dest, 'x'), '');
    expect((await run()).plan.failed).toContain('already exists and is not an empty directory');
    expect((await run({ repo: join(folder, 'none') })).plan.failed).toContain('does not appear to be a git repository');
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    expect((await tryModule(git, { repo, dest }, bare, false)).plan.failed).toContain('the host has no git');
  });

  it('hands ssh its options, each as one word', async () => {
    const ssh = join(folder, 'ssh');
    writeFileSync(ssh, `#!/bin/sh\nprintf '<%s>' "$@" >'${folder}/words'\nexit 255\n`, { mode: 0o755 });
    const args = {
      repo: 'ssh://me@host.example/x',
      key_file: "/it's $(id)/key",
      accept_hostkey: true,
      ssh_opts: '-o "A=b c"',
      dest,
    };
    const { plan } = await tryModule(git, args, { env: { ...env(), GIT_SSH: ssh, GIT_SSH_VARIANT: 'ssh' } }, false);
    expect(plan.failed).toContain('Could not read from remote repository');
    expect(readFileSync(join(folder, 'words'), 'utf8')).toContain(
      "<-o><A=b c><-o><StrictHostKeyChecking=no><-o><BatchMode=yes><-i></it's $(id)/key><-o><IdentitiesOnly=yes>",
    );
  });

  it.each([
    [{ repo: '-x' }],
    [{ version: '-x' }],
    [{ version: 'a b' }],
    [{ version: 'a\nb' }],
    [{ remote: '--x' }],
    [{ refspec: '--upload-pack=id' }],
    [{ umask: 'x' }],
    [{ accept_hostkey: true, accept_newhostkey: true }],
    [{ archive: '/x.zip' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
