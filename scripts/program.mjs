// Makes the program of few files: `node scripts/program.mjs FOLDER`. Needs Node 24 and the packages.
import { writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';
import { programParts, stateOfSources } from '../src/app/built.mjs';

const root = resolve(import.meta.dirname, '..');
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

const before = stateOfSources(root);
await build({
  root,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  plugins: [places],
  ssr: { noExternal: true, external: ['ssh2'], target: 'node' },
  build: {
    ssr: true,
    outDir,
    emptyOutDir: true,
    target: 'node24',
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(programParts.map((part) => [basename(part, '.ts'), join(root, 'src/app', part)])),
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    },
  },
});
// Sources that changed meanwhile are not what was built: then it counts as never built.
writeFileSync(join(outDir, 'sources'), before);
