// The import rules of the design: which room may import which, and no circles between folders. Each complaint says why.
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { folderCycles } from './imports/cycles.mjs';
import { importsOf, targetOf } from './imports/parse.mjs';
import { whyForbidden } from './imports/rules.mjs';

const tops = ['src', 'plugins', 'examples'];

/** All complaints about a checkout, as lines `file:line imports what: why`. */
export async function complaints(root) {
  const files = await Promise.all(
    (await sourceFiles(root)).map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })),
  );
  const found = files.flatMap(({ path, text }) =>
    importsOf(text).map((one) => ({ ...one, from: path, target: targetOf(one.specifier, path) })),
  );
  const forbidden = found.flatMap((one) => {
    const why = whyForbidden(one);
    return why === undefined ? [] : [`${one.from}:${one.line} imports ${one.specifier}: ${why}`];
  });
  return [...forbidden, ...folderCycles(graphOf(files, found)).map(circleLine)];
}

async function sourceFiles(root) {
  const lists = tops.map(async (top) => {
    const entries = await readdir(join(root, top), { recursive: true }).catch(() => []);
    return entries
      .filter((name) => /\.(ts|tsx|mjs|js)$/.test(name) && !/(^|\/)node_modules\//.test(name))
      .map((name) => `${top}/${name}`);
  });
  return (await Promise.all(lists)).flat().sort();
}

function graphOf(files, found) {
  const graph = new Map(files.map(({ path }) => [path, []]));
  // An import of types only is gone when the program runs: it makes no circle.
  for (const { from, target, typeOnly } of found)
    if (!typeOnly && target !== from && graph.has(target)) graph.get(from).push(target);
  return graph;
}

const circleLine = (files) =>
  `${files[0]}: a circle of imports between folders: ${[...files, files[0]].join(' → ')}. Move what they share into a file that imports neither.`;

if (import.meta.main) {
  const lines = await complaints(resolve(process.argv[2] ?? join(import.meta.dirname, '..')));
  for (const line of lines) console.error(line);
  process.exitCode = lines.length === 0 ? 0 : 1;
}
