// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read: stripping types costs 18 MB
// otherwise. The cache is the program's own: one in a folder that others can write could be given other code.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/quarterdeck'));
const { runCommandLine } = await import('./cli/main.ts');
await runCommandLine(process.argv.slice(2));
