import type { Meanings } from './meaning.ts';

/** What is wrong with an inventory, a playbook, a template or a vault. */
export const playbook = {
  'inventory.bad_pattern': {
    means: 'A pattern of hosts cannot be read.',
    next: 'Name hosts or groups: `web`, `web-1`, `web:!web-2`.',
  },
  'inventory.connection': {
    means: 'The variables that say how a host is reached are wrong.',
    next: 'Correct the connection variables of this host.',
  },
  'inventory.invalid': {
    means: 'An inventory has faults; each is told with file, line and column.',
    next: 'Correct them.',
  },
  'inventory.no_match': { means: 'A pattern selects no host.', next: 'Name a host or a group that has hosts.' },
  'inventory.not_in_force': {
    means: 'What the inventory says now is not in force: it is broken, or does not go with the configuration.',
    next: 'Send it again in a moment; if that does not help, run `bin/quarterdeck check`.',
    retryable: true,
  },
  'inventory.regroup': { means: 'A task would change groups or hosts in a way that only the inventory may.' },
  'inventory.unknown_group': { means: 'The inventory has no group of this name.', next: 'Name one of the inventory.' },
  'inventory.unknown_host': { means: 'The inventory has no host of this name.', next: 'Name one of the inventory.' },
  'module.archive': {
    means: 'An archive cannot be read, or holds a path that leads outside.',
    next: 'Make the archive anew.',
  },
  'module.arguments': { means: 'The arguments of a module are wrong.', next: 'Correct the task.' },
  'module.probe': {
    means: 'A host’s answer about its state could not be read.',
    next: 'Check that the host has a POSIX shell and space in its temporary folder.',
  },
  'playbook.ambiguous': {
    means: 'Two playbooks have this name, one with each extension.',
    next: 'Name one of them with its extension.',
  },
  'playbook.folder': { means: 'A folder is named, and no playbook.', next: 'Name one of those in it that are told.' },
  'playbook.invalid': {
    means: 'A playbook has faults, or uses what is not supported; each is told with file, line and column.',
    next: 'Correct them.',
  },
  'playbook.library': {
    means: 'A file of a `library` folder holds no module that can be used; each is told with its file.',
    next: 'Correct the module, or take its file away.',
  },
  'playbook.no_file': {
    means: 'There is no playbook file at this path.',
    next: 'Name a file by its path, or a playbook of the playbooks folder by its name.',
  },
  'playbook.no_folder': {
    means: 'The playbooks folder is not there.',
    next: 'Put it back, or correct `playbooks` in the configuration.',
  },
  'playbook.no_handler': {
    means: 'A task notifies a handler that the play does not have.',
    next: 'Correct `notify`, or add the handler.',
  },
  'playbook.not_found': { means: 'There is no playbook of this name.', next: 'Name one of those that are told.' },
  'playbook.outside': {
    means: 'The playbook is outside the playbooks folder.',
    next: 'Name it by its path inside that folder.',
  },
  'playbook.unreadable': {
    means: 'A file of the playbooks is there, but cannot be read.',
    next: 'Let the account of the bot read it.',
  },
  'playbook.vars_files': {
    means: 'None of the files that `vars_files` names is there.',
    next: 'Correct the name, or add the file.',
  },
  'template.budget': {
    means: 'A template takes more work, memory or depth than it may.',
    next: 'Make it smaller, or compute the value elsewhere.',
  },
  'template.cycle': {
    means: 'A variable is made of itself.',
    next: 'Give one of the variables in the circle a value of its own.',
  },
  'template.environment': {
    means: 'An environment variable of the bot is not open to playbooks.',
    next: 'Give it as a variable of the inventory.',
  },
  'template.lookup': { means: 'A lookup failed, is not open to playbooks here, or lacks an option.' },
  'template.syntax': { means: 'A template cannot be read.', next: 'Correct it where it is told.' },
  'template.type': { means: 'A value in a template is of the wrong kind for what is done with it.' },
  'template.undefined': {
    means: 'A template uses a variable that is not defined.',
    next: 'Define it, or write `| default(…)` after it.',
  },
  'template.unknown_name': { means: 'A template uses a filter, a test or a function that there is not.' },
  'template.value': { means: 'A value in a template is of the right kind but cannot be used.' },
  'vault.broken': { means: 'A vault cannot be read.', next: 'Encrypt it anew.' },
  'vault.editor': { means: 'The editor ended with an error; nothing was changed.', next: 'Look at `EDITOR`.' },
  'vault.exists': { means: 'The file a vault would be created at is there already.', next: 'Edit it instead.' },
  'vault.no_file': { means: 'There is no such file to encrypt, decrypt or show.', next: 'Check the path.' },
  'vault.not_sealed': { means: 'The file is not encrypted.' },
  'vault.not_written': {
    means: 'What was typed could not be written; it is kept, unsealed, in the folder that is named.',
    next: 'Copy it to where it belongs, then remove that folder.',
  },
  'vault.password': {
    means: 'No password known here opens the vault.',
    next: 'Give it by `--vault-password-file` or `--vault-id`, or under `vault` in the configuration.',
  },
  'vault.password_file': {
    means: 'The file of a vault password cannot be read, or is empty.',
    next: 'Check the path and its rights.',
  },
  'vault.sealed': { means: 'The file is encrypted already.' },
} as const satisfies Meanings<'inventory' | 'module' | 'playbook' | 'template' | 'vault'>;
