import { bundledModules } from '#playbook/modules/registry.ts';
import { parsePlaybook } from '#playbook/parse.ts';

// Runs under the modes of files: reads a playbook of which a part may not be read.
const [, , root = ''] = process.argv;
const read = await parsePlaybook('site.yml', { root, known: bundledModules() });
process.stdout.write(JSON.stringify(read.ok ? 'read' : [read.refusal.code, read.refusal.say]));
