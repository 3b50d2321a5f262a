import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { builtFolder, builtProgram } from '../../src/app/built.mjs';
import { CannotGoOn, lastLines, run, timed } from './words.mjs';

/** The program of few files is there, made of the sources that are here. */
export const isProgramBuilt = (root) =>
  !existsSync(join(root, 'src/app/cli/main.ts')) || builtProgram(root) !== undefined;

/** Makes the program of few files when they were made of other sources than those here. */
export async function ensureProgram(root) {
  if (isProgramBuilt(root)) return;
  await timed('putting the program together', () => build(root));
}

/** Builds aside and swaps, so that a command that begins meanwhile never finds half of it. */
async function build(root) {
  const folder = builtFolder(root);
  const aside = `${folder}-next`;
  mkdirSync(join(root, 'dist'), { recursive: true });
  const bundled = join(root, 'node_modules/.bin/node');
  const node = existsSync(bundled) ? bundled : process.execPath;
  const { ok, output } = await run(node, ['scripts/program.mjs', aside], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  if (!ok) throw new CannotGoOn(`${lastLines(output)}\nThe program could not be put together; the reason is above.`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(aside, folder);
}
