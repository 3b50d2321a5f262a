import type { Meanings } from './meaning.ts';

/** What is wrong with the configuration. */
export const settings = {
  'settings.duplicate_key': { means: 'A key is there a second time.', next: 'Remove one of the two.' },
  'settings.emptied': {
    means: 'The configuration file has become empty or is gone; the last good one stays in force.',
    next: 'Restore it. To go back to the defaults, start the bot again.',
  },
  'settings.faulty': {
    means: 'The configuration has faults; each is told with its line.',
    next: 'Correct them; `bin/quarterdeck check` lists them.',
  },
  'settings.missing': { means: 'A key that is required is missing.', next: 'Add it.' },
  'settings.not_in_force': {
    means: 'What the configuration says now is not in force: it is broken, or could not be written down.',
    next: 'Do what is told; what can be tried again is, by itself, and until it is written down nothing else is done.',
    retryable: true,
  },
  'settings.reference': {
    means: 'What `${env:NAME}` or `${file:path}` refers to is missing or empty.',
    next: 'Set the variable, or correct the path.',
  },
  'settings.same_name': {
    means: 'Two people are called the same: they may be one person, who would approve their own orders.',
    next: 'List the second id under `also` of the first, or give them names that differ.',
  },
  'settings.repeated': { means: 'A name is in a list a second time.', next: 'Rename or remove one of the two.' },
  'settings.too_large': { means: 'The file holds too much, or is nested too deep.', next: 'Make it smaller.' },
  'settings.unknown_anchor': {
    means: 'An alias refers to an anchor that is not above it.',
    next: 'Define the anchor first.',
  },
  'settings.unknown_group': {
    means: 'A role or a rule names a group or host that is not in the inventory.',
    next: 'Correct the name, or add it to the inventory.',
  },
  'settings.unknown_key': { means: 'There is no such key.', next: 'Correct it: the nearest right one is told.' },
  'settings.unknown_permission': {
    means: 'A role or a rule names a permission that no command asks for.',
    next: 'Correct it: the nearest right one is told.',
  },
  'settings.no_path': {
    means: 'The configuration names a file or folder that is not there.',
    next: 'Correct the path, or make what it names.',
  },
  'settings.unknown_plugin': {
    means: 'The configuration names a plugin that is in no folder of plugins.',
    next: 'Correct the name, or take it out.',
  },
  'settings.unknown_role': {
    means: 'A person, a member or a rule names a role that there is not.',
    next: 'Correct the name, or add the role.',
  },
  'settings.unreadable': {
    means: 'The configuration file cannot be read.',
    next: 'Copy `config/quarterdeck.example.yaml` there, or name another file with `--config`.',
  },
  'settings.unusable_key': {
    means:
      'The configuration names a private key that cannot be used: it is none, or it is locked and no agent is asked.',
    next: 'Name a private key without a passphrase, or load it into an SSH agent.',
  },
  'settings.wrong_type': { means: 'A value is of the wrong kind.', next: 'Write what is wanted there.' },
  'settings.wrong_value': {
    means: 'A value is not among those that are possible.',
    next: 'Write what is wanted there.',
  },
  'settings.yaml': { means: 'The file is not YAML that can be read.', next: 'Correct it where it is told.' },
} as const satisfies Meanings<'settings'>;
