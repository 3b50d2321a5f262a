// Plain JavaScript, so that the compile cache is on before the first TypeScript file is read: stripping types costs 18 MB
// otherwise. The cache is the program's own: one in a folder that others can write could be given other code.
import './sealed.mjs';
import { enableCompileCache } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtProgram } from './built.mjs';

const root = resolve(import.meta.dirname, '../..');
enableCompileCache(join(root, 'node_modules/.cache/quarterdeck'));
// A command is over in a moment, of which reading 700 files would be most; so would it be of a start.
const built = builtProgram(root);
const { runCommandLine } = await import(built === undefined ? './cli/main.ts' : pathToFileURL(built).href);
await runCommandLine(process.argv.slice(2));
