import { assert } from '#playbook/modules/assert.ts';
import { command } from '#playbook/modules/command.ts';
import { copy } from '#playbook/modules/copy.ts';
import { debug } from '#playbook/modules/debug.ts';
import { file } from '#playbook/modules/file.ts';
import { setFact } from '#playbook/modules/set_fact.ts';
import { shell } from '#playbook/modules/shell.ts';
import { stat } from '#playbook/modules/stat.ts';
import { template } from '#playbook/modules/template.ts';

export const modules = [assert, command, copy, debug, file, setFact, shell, stat, template];
