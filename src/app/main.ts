import { enableCompileCache } from 'node:module';

enableCompileCache();
const { runCommandLine } = await import('./cli/main.ts');
await runCommandLine(process.argv.slice(2));
