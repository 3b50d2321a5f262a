import { join, resolve } from 'node:path';

/** The folder of the playbook, and what it is called there. */
export const playbooks = resolve(import.meta.dirname, '../work');
export const playbookName = 'shop';
export const playbook = join(playbooks, `${playbookName}.yml`);

/** The command a user types. */
export const quarterdeck = resolve(import.meta.dirname, '../../../bin/quarterdeck');
