import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CannotGoOn, lastLines, run, timed } from './words.mjs';

/** Installs the packages of the lockfile when they are not all there, whole. */
export async function ensurePackages(root) {
  const reason = whyInstall(root);
  if (reason === undefined) return;
  await timed(`installing packages (${reason})`, () => install(root));
  if (whyInstall(root) !== undefined) throw new CannotGoOn(disturbed);
  await ensureNode(root);
}

const disturbed =
  'npm said it was done, and not all packages are there: something else changed node_modules meanwhile. Run the same command again.';

/** Why the packages must be installed; undefined when they need not be. */
export function whyInstall(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (wanted === undefined)
    throw new CannotGoOn('package-lock.json is missing or broken: get it back with `git checkout package-lock.json`.');
  // npm writes this file last, and `install` removes it first: without it an installation did not end.
  const present = packagesOf(join(root, 'node_modules/.package-lock.json'));
  if (present === undefined) return 'the first time';
  const differs = Object.entries(wanted).some(([path, entry]) => path !== '' && !isThere(path, entry, present, root));
  return differs ? 'the lockfile changed' : undefined;
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined; // absent or cut off: either way it says nothing
  }
}

function isThere(path, entry, present, root) {
  const found = present[path];
  if (found === undefined) return entry.optional === true && !isMadeForThis(entry);
  const same = found.version === entry.version && found.integrity === entry.integrity;
  return same && existsSync(join(root, path, 'package.json'));
}

/** Whether npm must have installed an optional package: it names this platform. Those with a C library of their own are npm's choice. */
function isMadeForThis({ os, cpu, libc }) {
  const names = (wanted, own) => [wanted].flat().includes(own);
  return libc === undefined && names(os, process.platform) && names(cpu, process.arch);
}

async function install(root) {
  rmSync(join(root, 'node_modules/.package-lock.json'), { force: true });
  const args = [
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  const { ok, output } = await run(...command, { cwd: root });
  if (ok) return;
  throw new CannotGoOn(
    `${lastLines(output)}\nnpm could not install the packages; its words are above. ` +
      'Check the network, the free disk space and your rights in this folder, then run the same command again.',
  );
}

/** The bot needs Node 24. On Linux it comes with the packages; elsewhere the machine's own must do. */
async function ensureNode(root) {
  const bundled = join(root, 'node_modules/.bin/node');
  if (existsSync(bundled) && (await run(bundled, ['--version'])).ok) return;
  if (Number(process.versions.node.split('.')[0]) >= 24) return;
  throw new CannotGoOn(
    `Quarterdeck needs Node.js 24, and the one here is ${process.version}. There is no packaged Node.js for ` +
      `${process.platform}-${process.arch} that runs here: install Node.js 24 or later, then run the same command again.`,
  );
}
