import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

const launcher = resolve(import.meta.dirname, '../../bin/quarterdeck');

/** A checkout with the launcher, a program that shows what it was given, and the shell tools but no Node on its path. */
async function checkout() {
  const root = await mkdtemp(join(tmpdir(), 'launcher test-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const folder of ['bin', 'src/app', 'path', 'node_modules/.bin'])
    await mkdir(join(root, folder), { recursive: true });
  await cp(launcher, join(root, 'bin/quarterdeck'));
  await writeFile(
    join(root, 'src/app/main.mjs'),
    'const shown = process.argv.slice(2);\nconsole.log(JSON.stringify(shown));\n',
  );
  for (const tool of ['sh', 'dirname', 'readlink']) await symlink(`/usr/bin/${tool}`, join(root, 'path', tool));
  return root;
}

/** A Node of the version given. */
async function oldNode(path: string, version: string) {
  await writeFile(path, `#!/bin/sh\necho ${version}\n`);
  await chmod(path, 0o755);
}

const launch = (root: string, args: readonly string[], file = join(root, 'bin/quarterdeck'), env = {}) =>
  spawnSync(file, args, { encoding: 'utf8', cwd: '/', env: { PATH: join(root, 'path'), ...env } });

describe('bin/quarterdeck', () => {
  it('hands its words over as they are, with the packaged Node before the machine’s', async () => {
    const root = await checkout();
    await symlink(process.execPath, join(root, 'node_modules/.bin/node'));
    await oldNode(join(root, 'path/node'), '18');
    const words = ['say', 'a "b" $c', '', '--x=*'];
    expect(JSON.parse(launch(root, words).stdout)).toEqual(words);
  });

  it('takes the machine’s Node when the packaged one cannot run', async () => {
    const root = await checkout();
    await writeFile(join(root, 'node_modules/.bin/node'), 'not a program', { mode: 0o755 });
    await symlink(process.execPath, join(root, 'path/node'));
    expect(launch(root, ['x']).stdout).toBe('["x"]\n');
  });

  it('finds its checkout through links, relative ones too', async () => {
    const root = await checkout();
    await symlink(process.execPath, join(root, 'path/node'));
    await mkdir(join(root, 'elsewhere'));
    await symlink('../bin/quarterdeck', join(root, 'elsewhere/one'));
    await symlink(join(root, 'elsewhere/one'), join(root, 'elsewhere/two'));
    expect(launch(root, ['x'], join(root, 'elsewhere/two')).stdout).toBe('["x"]\n');
  });

  it.each([
    ['only an old one', '20'],
    ['one that answers nonsense', 'hello'],
    ['none', undefined],
  ])('says what to do when there is %s', async (_what, version) => {
    const root = await checkout();
    if (version !== undefined) await oldNode(join(root, 'path/node'), version);
    const { status, stderr } = launch(root, ['x']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^Quarterdeck needs Node\.js 24 or later, and there is none: run `npm start` once in .*\n$/);
  });

  it('says it in French on a French terminal', async () => {
    const root = await checkout();
    const { status, stderr } = launch(root, ['x'], undefined, { LC_ALL: 'fr_FR.UTF-8' });
    expect([status, stderr]).toEqual([1, expect.stringContaining('Quarterdeck a besoin de Node.js 24')]);
  });
});
