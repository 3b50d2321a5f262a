import { assert } from '#playbook/modules/assert.ts';
import { command } from '#playbook/modules/command.ts';
import { debug } from '#playbook/modules/debug.ts';
import { file } from '#playbook/modules/file.ts';
import { setFact } from '#playbook/modules/set_fact.ts';
import { shell } from '#playbook/modules/shell.ts';
import { stat } from '#playbook/modules/stat.ts';

export const modules = [assert, command, debug, file, setFact, shell, stat];
