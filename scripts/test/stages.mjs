import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePage } from '../setup/page.mjs';
import { bin, shown } from './shown.mjs';
import { suite } from './suite.mjs';

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
  // Both wait for real processes half of their time.
  suite('browser', 'the console in a real browser', 'system'),
  { ...suite('long', 'what stops a bot again and again'), onlyByName: true },
  { ...suite('judge', 'playbooks on real hosts, ours beside Ansible'), onlyByName: true },
  { name: 'readme', about: 'the commands of README.md', run: script('readme.mjs') },
];
