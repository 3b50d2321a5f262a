// Writes docs/ansible-compatibility.md from the modules, the keywords and the cases. Needs Node 24 and Ansible.
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compatibilityPage } from '../test/system/ansible/compatibility.ts';

const root = resolve(import.meta.dirname, '..');

await writeFile(join(root, 'docs/ansible-compatibility.md'), await compatibilityPage());
