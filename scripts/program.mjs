// Makes the commands of few files: `node scripts/program.mjs FOLDER`. Needs Node 24 and the packages.
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { stateOfSources } from '../src/app/built.mjs';

const root = resolve(import.meta.dirname, '..');
const commands = join(root, 'src/app/cli');
const outDir = resolve(process.argv[2]);

/** A source that asks where it is gets the place it was written for. */
const places = {
  name: 'places',
  transform(code, id) {
    if (!id.startsWith(join(root, 'src')) || !code.includes('import.meta.')) return null;
    return code
      .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));
  },
};

/** The bot itself runs from its sources: it has threads and children, which are files of their own. */
const fromSources = {
  name: 'from-sources',
  enforce: 'pre',
  resolveId: (id, from) =>
    id === './start.ts' && from?.startsWith(commands)
      ? { id: pathToFileURL(join(commands, 'start.ts')).href, external: true }
      : null,
};

const before = stateOfSources(root);
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  plugins: [fromSources, places],
  ssr: { noExternal: true, external: ['ssh2'], target: 'node' },
  build: {
    ssr: join(commands, 'main.ts'),
    outDir,
    emptyOutDir: true,
    target: 'node24',
    reportCompressedSize: false,
    rolldownOptions: { output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' } },
  },
});
// Sources that changed meanwhile are not what was built: then it counts as never built.
writeFileSync(join(outDir, 'sources'), before);
