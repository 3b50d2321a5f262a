// Plain JavaScript without dependencies: the setup asks it under Node 18, and the program before anything is loaded.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is put together: the command line with the bot, and the process that plays. Relative to `src/app`. */
export const programParts = ['cli/main.ts', 'executor-process.ts'];

/** Where they are kept in few files, made of the sources by `scripts/program.mjs`. */
export const builtFolder = (root) => join(root, 'dist', 'program');

/** What tells one state of the sources from another: each file with its size and the time of its last change. */
export function stateOfSources(root) {
  const lines = [root, markOf(root, 'package-lock.json')];
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (path !== 'src/chat/console/page') walk(path);
      } else lines.push(markOf(root, path));
    }
  };
  walk('src');
  return lines.sort().join('\n');
}

const markOf = (root, path) => {
  const { size, mtimeMs } = statSync(join(root, path));
  return `${path} ${size} ${mtimeMs}`;
};

/** One built part, when it is made of the sources as they are now; else undefined. */
export function builtProgram(root, part = 'main') {
  const folder = builtFolder(root);
  try {
    if (readFileSync(join(folder, 'sources'), 'utf8') !== stateOfSources(root)) return undefined;
    return join(folder, `${part}.mjs`);
  } catch {
    return undefined; // never built, or from a packed copy: the sources do as well
  }
}
