import type { Meanings } from './meaning.ts';

/** What the command line says. */
export const app = {
  'backup.audit_broken': {
    means: 'Somebody changed the audit in the copy that was to be put back.',
    next: 'Nothing was changed. Name another copy.',
  },
  'backup.exists': { means: 'The file a backup would be written to is there already.', next: 'Name a new file.' },
  'backup.failed': {
    means: 'The copy of the store could not be written where it should go.',
    next: 'Name another place, or mend this one.',
    retryable: true,
  },
  'backup.journal': {
    means: 'Beside the copy that was to be put back stands the journal of a database.',
    next: 'Name a file that `bin/quarterdeck backup` wrote.',
  },
  'backup.no_file': {
    means: 'The copy that was to be put back is not there.',
    next: 'Name a file that `bin/quarterdeck backup` wrote.',
  },
  'backup.not_whole': {
    means: 'What was to be put back is no whole copy of a store.',
    next: 'Nothing was changed. Name another copy.',
  },
  'cli.answer': {
    means: 'The running bot gave an answer that the command line does not understand.',
    next: 'Use the command line of the bot’s own version.',
  },
  'cli.bot_gone': {
    means: 'The bot stopped after it had accepted the order.',
    next: 'Start it again: it answers what it had accepted. Give the same line again with the `--key` that is named.',
  },
  'cli.cut': { means: 'The connection to the running bot was cut.', next: 'Try again.', retryable: true },
  'cli.no_bot': {
    means: 'No bot is running on this data folder.',
    next: 'Start it, or name its folder with `QUARTERDECK_DATA`.',
  },
  'cli.no_store': {
    means: 'There is no store in this data folder.',
    next: 'Start the bot once, or name its folder with `QUARTERDECK_DATA`.',
  },
  'cli.silent': {
    means: 'The running bot took a question of the command line and did not answer it.',
    next: 'See with `bin/quarterdeck doctor` how it is; then try again.',
    retryable: true,
  },
  'cli.silent_since': {
    means: 'The bot accepted the order and does not answer any more.',
    next: 'When it answers again, `bin/quarterdeck say runs` shows what became of the order.',
  },
  'cli.unsure': {
    means: 'The connection to the bot was cut, or it hung, while an order was given: it may have been accepted.',
    next: 'Give the same line again with the `--key` that is named: it is never run twice.',
  },
  'doctor.disk': { means: 'Little space is left on the disk of the data folder.', next: 'Free some.' },
  'doctor.hosts': { means: 'Some hosts do not let the bot in.', next: 'Look at what is said for each of them.' },
  'doctor.not_ready': {
    means: 'The running bot is not ready to take orders.',
    next: 'Read the reasons: the same as of `/readyz`.',
  },
  'local.bad_request': {
    means: 'A request of the command line names no actor.',
    next: 'Name one that the answer lists.',
  },
  'local.only': { means: 'This is open to the command line on the bot’s own machine alone.', next: 'Do it there.' },
  'token.bad_name': {
    means: 'This cannot be the name of an actor.',
    next: 'Use letters, digits, dots and dashes: `ci-deploy`.',
  },
  'token.has_tokens': {
    means: 'A service has tokens already, and its roles hold for all of them.',
    next: 'Remove those first with `token remove`, or name another service.',
  },
  'token.no_person': {
    means: 'A token is asked for a person whom the configuration does not name.',
    next: 'Add the person under `people`, or name a service without a colon.',
  },
  'token.no_role': {
    means: 'The role a token shall have is not in the configuration.',
    next: 'Name one that is, or add it under `roles`.',
  },
  'token.other_roles': {
    means: 'A person’s token has the roles of the configuration, and no others.',
    next: 'Name a service of its own for fewer rights.',
  },
  'trust.no_key': { means: 'The host showed no host key.', next: 'Check its address and port.' },
} as const satisfies Meanings<'backup' | 'cli' | 'doctor' | 'local' | 'token' | 'trust'>;
