// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read.
import { enableCompileCache } from 'node:module';
import { workerData } from 'node:worker_threads';

if (workerData.cache !== undefined) enableCompileCache(workerData.cache);
await import('./worker.ts');
