import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePage } from '../setup/page.mjs';

const bin = (root, name) => join(root, 'node_modules/.bin', name);

/** Runs a program in sight; true when it ended well. */
const shown = (command, args, cwd, env = process.env) =>
  new Promise((settle) => {
    const child = spawn(command, args, { cwd, env, stdio: 'inherit' });
    child.on('error', () => settle(false));
    child.on('close', (code) => settle(code === 0));
  });

const script = (name) => (root) => shown(process.execPath, [join(root, 'scripts', name)], root);

async function types(root) {
  const projects = ['tsconfig.json', 'src/chat/console/page/tsconfig.json'].filter((path) =>
    existsSync(join(root, path)),
  );
  for (const project of projects) if (!(await shown(bin(root, 'tsc'), ['--noEmit', '-p', project], root))) return false;
  return true;
}

async function page(root) {
  try {
    await ensurePage(root);
    return true;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}

const suite = (name, about) => ({
  name,
  about,
  suite: true,
  run(root) {
    const report = join(root, 'test-results', `${name}.json`);
    rmSync(report, { force: true });
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    // What tests start by the hundred, threads of plugins above all, is compiled once.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/tests') };
    return shown(bin(root, 'vitest'), ['run', '--project', name, ...reporters], root, env);
  },
});

/** Every stage of the tests, in order: the quick ones first. One that takes too long for every time runs when it is named. */
export const stages = [
  {
    name: 'lint',
    about: 'Biome',
    run: (root) => shown(bin(root, 'biome'), ['check', '--error-on-warnings', '.'], root),
  },
  { name: 'imports', about: 'which room imports which', run: script('imports.mjs') },
  { name: 'types', about: 'TypeScript, strict', run: types },
  { name: 'page', about: 'the console page is built', run: page },
  suite('unit', 'each room by itself'),
  suite('contract', 'what all adapters of a kind promise'),
  suite('system', 'real servers, the real program'),
  { ...suite('judge', 'playbooks on real hosts, ours beside Ansible'), onlyByName: true },
  suite('browser', 'the console in a real browser'),
  { name: 'readme', about: 'the commands of README.md', run: script('readme.mjs') },
];
