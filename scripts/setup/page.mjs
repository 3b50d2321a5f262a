import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotGoOn, lastLines, run, timed } from './words.mjs';

const source = 'src/chat/console/page';
const besides = ['src/chat/console/protocol.ts', 'package-lock.json'];

const hasPage = (root) => existsSync(join(root, source, 'vite.config.ts'));

/** The console's page is there, made of the sources that are here. */
export const isPageBuilt = (root) => !hasPage(root) || builtFrom(root) === pageHash(root);

/** Builds the console's page when it was built from other sources than those here. */
export async function ensurePage(root) {
  if (isPageBuilt(root)) return;
  const hash = pageHash(root);
  await timed('building the console page', () => build(root, hash));
}

/** The hash of everything the page is made of. */
export function pageHash(root) {
  const hash = createHash('sha256');
  for (const path of [...filesIn(root, source), ...besides.filter((file) => existsSync(join(root, file)))])
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

const filesIn = (root, folder) =>
  readdirSync(join(root, folder))
    .sort()
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      return statSync(join(root, path)).isDirectory() ? filesIn(root, path) : [path];
    });

function builtFrom(root) {
  try {
    return readFileSync(join(root, 'dist/console/.stamp'), 'utf8');
  } catch {
    return undefined; // never built
  }
}

/** Builds aside and swaps, so that a bot that runs meanwhile never serves half a page. */
async function build(root, hash) {
  const dist = join(root, 'dist');
  const aside = join(dist, 'console-next');
  mkdirSync(dist, { recursive: true });
  const bundled = join(root, 'node_modules/.bin/node');
  const node = existsSync(bundled) ? bundled : process.execPath;
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const args = [
    vite,
    'build',
    '--config',
    join(source, 'vite.config.ts'),
    '--outDir',
    aside,
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  const { ok, output } = await run(node, args, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  if (!ok)
    throw new CannotGoOn(
      `${lastLines(output.replace(/^ +at .*\n/gm, ''))}\nThe console page could not be built; the reason is above.`,
    );
  writeFileSync(join(aside, '.stamp'), hash);
  rmSync(join(dist, 'console'), { recursive: true, force: true });
  renameSync(aside, join(dist, 'console'));
}
