import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { whyInstall } from '../../scripts/setup/packages.mjs';
import { pageHash } from '../../scripts/setup/page.mjs';
import { ensureTools, whyNot } from '../../scripts/setup/tools.mjs';

const root = resolve(import.meta.dirname, '../..');

/** A folder with the setup scripts and, when wanted, a lockfile. */
async function checkout(lock?: object) {
  const folder = await mkdtemp(join(tmpdir(), 'setup test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const part of ['scripts', 'src/app/built.mjs'])
    await cp(join(root, part), join(folder, part), { recursive: true });
  if (lock) await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  return folder;
}

const env = { PATH: process.env.PATH, HOME: process.env.HOME };
const npm = (args: string[], cwd: string) => promisify(execFile)('npm', args, { cwd, env });

/** A project with one real package, packed from a folder: npm installs it without a network. Made once, then copied. */
const pattern = join(tmpdir(), `setup-pattern-${process.pid}`);
beforeAll(async () => {
  await mkdir(join(pattern, 'one'), { recursive: true });
  await writeFile(join(pattern, 'one/package.json'), '{ "name": "one", "version": "1.0.0" }');
  await npm(['pack', './one'], pattern);
  await writeFile(join(pattern, 'package.json'), '{ "name": "x", "dependencies": { "one": "file:one-1.0.0.tgz" } }');
  await npm(['install', '--package-lock-only', '--offline'], pattern);
});
afterAll(() => rm(pattern, { recursive: true, force: true }));

async function project() {
  const folder = await checkout();
  await cp(pattern, folder, { recursive: true });
  return folder;
}

function setup(folder: string, goal = 'start') {
  const child = spawn(process.execPath, ['scripts/setup.mjs', goal], {
    cwd: folder,
    env,
  });
  const ended = new Promise<{ code: number | null; said: string }>((settle) => {
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.on('close', (code) => settle({ code, said }));
  });
  return { child, ended };
}

describe('whyInstall', () => {
  const here = { version: '1.0.0', integrity: 'sha512-a' };
  const place = async (wanted: object, present?: object | string, folders: string[] = []) => {
    const folder = await checkout({ packages: { '': {}, ...wanted } });
    await mkdir(join(folder, 'node_modules'));
    if (present !== undefined)
      await writeFile(
        join(folder, 'node_modules/.package-lock.json'),
        typeof present === 'string' ? present : JSON.stringify({ packages: present }),
      );
    for (const name of folders) {
      await mkdir(join(folder, 'node_modules', name));
      await writeFile(join(folder, 'node_modules', name, 'package.json'), '{}');
    }
    return whyInstall(folder);
  };

  it('is satisfied when every package of the lockfile is there', async () => {
    expect(await place({ 'node_modules/a': here }, { 'node_modules/a': here }, ['a'])).toBeUndefined();
  });

  it.each([
    ['nothing was installed', undefined, [], 'the first time'],
    ['an installation was cut off', '{"packages": {', ['a'], 'the first time'],
    ['a package is missing', {}, [], 'the lockfile changed'],
    [
      'a package has another version',
      { 'node_modules/a': { ...here, version: '0.9.0' } },
      ['a'],
      'the lockfile changed',
    ],
    ['a package has other content', { 'node_modules/a': { ...here, integrity: 'x' } }, ['a'], 'the lockfile changed'],
    ['a package’s folder was removed', { 'node_modules/a': here }, [], 'the lockfile changed'],
  ])('asks for an installation when %s', async (_what, present, folders, reason) => {
    expect(await place({ 'node_modules/a': here }, present, folders)).toBe(reason);
  });

  it('does not miss what is made for other platforms, but misses what is made for this one', async () => {
    const other = { ...here, optional: true, os: ['sunos'], cpu: ['x64'] };
    const own = { ...here, optional: true, os: [process.platform], cpu: process.arch };
    expect(await place({ 'node_modules/a': other }, {})).toBeUndefined();
    expect(await place({ 'node_modules/a': own }, {})).toBe('the lockfile changed');
  });

  it('names the remedy when the lockfile itself is broken', async () => {
    expect(() => whyInstall(join(root, 'docs'))).toThrow(/git checkout package-lock\.json/);
  });
});

describe('pageHash', () => {
  it('changes with any source of the page, its name included, and with nothing else', async () => {
    const folder = await checkout();
    const page = join(folder, 'src/chat/console/page');
    await mkdir(join(page, 'views'), { recursive: true });
    await writeFile(join(page, 'views/a.tsx'), 'one');
    const first = pageHash(folder);
    await writeFile(join(folder, 'src/other.ts'), 'x');
    expect(pageHash(folder)).toBe(first);
    await writeFile(join(page, 'views/a.tsx'), 'two');
    const second = pageHash(folder);
    expect(second).not.toBe(first);
    await rm(join(page, 'views/a.tsx'));
    await writeFile(join(page, 'views/b.tsx'), 'two');
    expect(pageHash(folder)).not.toBe(second);
  });
});

describe('scripts/setup.mjs', () => {
  it('installs once, and says nothing when there is nothing to do', async () => {
    const folder = await project();
    const first = await setup(folder).ended;
    expect(first).toMatchObject({ code: 0 });
    expect(first.said).toContain('installing packages (the first time)');
    expect(await setup(folder).ended).toEqual({ code: 0, said: '' });
  });

  it('installs once when started twice at the same time', async () => {
    const folder = await project();
    const both = await Promise.all([setup(folder).ended, setup(folder).ended]);
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(both.filter(({ said }) => said.includes('installing packages'))).toHaveLength(1);
  });

  it('goes on after another setup was killed and left its lock', async () => {
    const folder = await project();
    const dead = setup(folder);
    dead.child.kill('SIGKILL');
    await dead.ended;
    await writeFile(join(folder, '.setup.lock'), String(dead.child.pid));
    expect(await setup(folder).ended).toMatchObject({ code: 0 });
    await expect(readFile(join(folder, '.setup.lock'))).rejects.toThrow();
  });

  it('does not take a later process of the same number for the one that left its lock', async () => {
    const folder = await project();
    const other = spawn('sleep', ['60']);
    onTestFinished(() => void other.kill());
    await writeFile(join(folder, '.setup.lock'), `${other.pid} 1`);
    expect(await setup(folder).ended).toMatchObject({ code: 0, said: expect.not.stringContaining('another setup') });
  });

  it('needs to write nothing when there is nothing to do', async () => {
    const folder = await project();
    await setup(folder).ended;
    await writeFile(join(folder, '.setup.lock'), String(process.pid)); // whoever holds it may go on
    expect(await setup(folder, 'start').ended).toEqual({ code: 0, said: '' });
  });

  it('shows npm’s words and what to do when npm fails', async () => {
    const folder = await project();
    await writeFile(join(folder, 'package.json'), '{ "name": "x", "dependencies": { "one": "file:two.tgz" } }');
    const { code, said } = await setup(folder).ended;
    expect(code).toBe(1);
    expect(said).toContain('npm could not install the packages');
    expect(said).not.toContain('at async');
  });

  it('refuses a goal it does not know', async () => {
    expect(await setup(await checkout(), 'dance').ended).toMatchObject({
      code: 2,
      said: 'Usage: node scripts/setup.mjs start|test\n',
    });
  });
});

describe('ensureTools', () => {
  const tool = { packages: ['a-server'], files: ['/nowhere/a-server'], suites: ['system'], what: 'a server' };

  it('says which suites cannot run, why, and what to do', () => {
    expect(whyNot(tool)).toBe(
      'The tests "system" cannot run: they need a server, and /nowhere/a-server is not there. Install: apt-get install a-server',
    );
    const shells = { ...tool, packages: ['a', 'b'], files: ['/nowhere/a', '/nowhere/b', process.execPath], some: true };
    expect(whyNot(shells)).toBe(
      'Some tests of "system" are skipped: they need a server, and /nowhere/a and /nowhere/b are not there. Install: apt-get install a b',
    );
  });

  it('goes on without a tool on a person’s machine, and fails where CI=true', async () => {
    await expect(ensureTools({}, [tool], false)).resolves.toBeUndefined();
    await expect(ensureTools({ CI: 'true' }, [tool], false)).rejects.toThrow(/every test must run/);
  });

  it('lets services start again whatever ends it, and knows the file of one that was killed', async () => {
    const policy = join(await checkout(), 'policy-rc.d');
    const script = `import { withoutServices } from ${JSON.stringify(join(root, 'scripts/setup/tools.mjs'))};
await withoutServices(() => new Promise((done) => { console.log('now'); setTimeout(done, Number(process.argv[2])); }), process.argv[1]);`;
    const start = async (ms: number) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script, policy, String(ms)]);
      await once(child.stdout, 'data');
      return child;
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      const child = await start(60_000);
      expect(await readFile(policy, 'utf8')).toContain('exit 101');
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([null, signal]);
      expect(existsSync(policy)).toBe(signal === 'SIGKILL');
    }
    await once(await start(1), 'exit');
    expect(existsSync(policy)).toBe(false);
    await writeFile(policy, '#!/bin/sh\nexit 0\n');
    await once(await start(1), 'exit');
    expect(await readFile(policy, 'utf8')).toContain('exit 0');
  });

  it('asks for nothing when everything is there', async () => {
    const there = { ...tool, files: [process.execPath] };
    await expect(ensureTools({ CI: 'true' }, [there], false)).resolves.toBeUndefined();
  });
});
