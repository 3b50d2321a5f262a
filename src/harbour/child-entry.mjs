// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read.
import { enableCompileCache } from 'node:module';

const [, , , cache] = process.argv;
if (cache) enableCompileCache(cache);
await import('./child.ts');
