// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read.
import './sealed.mjs';
import { enableCompileCache } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtProgram } from './built.mjs';

const [, , cache] = process.argv;
if (cache) enableCompileCache(cache);
const built = builtProgram(resolve(import.meta.dirname, '../..'), 'executor-process');
await import(built === undefined ? './executor-process.ts' : pathToFileURL(built).href);
