// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read.
import './sealed.mjs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { builtProgram } from './built.mjs';

// It ends with this process and keeps nothing alive. A small heap: it holds one number.
new Worker(new URL('./orphan-watch.mjs', import.meta.url), {
  workerData: { parent: process.ppid },
  resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 },
})
  // Without it the bot does as it did before: nothing hangs on it.
  .on('error', () => undefined)
  .unref();

const [, , cache] = process.argv;
if (cache) enableCompileCache(cache);
const built = builtProgram(resolve(import.meta.dirname, '../..'), 'executor-process');
await import(built === undefined ? './executor-process.ts' : pathToFileURL(built).href);
