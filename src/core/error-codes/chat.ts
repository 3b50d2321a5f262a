import type { Meanings } from './meaning.ts';

/** What the chats and the console’s page say. */
export const chat = {
  'chat.failed': { means: 'The chat did not take a message; it is sent again.', retryable: true },
  'console.bad_link': {
    means: 'The login link was used or has expired.',
    next: 'Ask for a new one (`bin/quarterdeck login NAME`), or sign in with a token.',
  },
  'console.bad_request': { means: 'The page sent something that cannot be read.', next: 'Reload the page.' },
  'console.bad_token': { means: 'The token is not known.', next: 'Check that all of it was pasted.' },
  'console.card_changed': {
    means: 'The card has changed since it was seen; nothing was done.',
    next: 'Look at it again, then choose.',
  },
  'console.forged_request': {
    means: 'The request does not come from the console’s own page.',
    next: 'Reload the page.',
  },
  'console.form_field': {
    means: 'A field of the form is empty, or holds something else than it asks for.',
    next: 'Fill in or change the field that is named, and send again.',
  },
  'console.no_audit': {
    means: 'This person may not read the audit.',
    next: 'Ask for a role that allows `audit.read`.',
  },
  'console.no_channel': {
    means: 'The console has no such channel.',
    next: 'Choose one of the list, or add it under `console.channels`.',
  },
  'console.no_file': { means: 'The file is not there.' },
  'console.no_log': { means: 'The run has no log that this person may read, or it is no longer kept.' },
  'console.no_message': { means: 'The message is not there.', next: 'Reload the page.' },
  'console.no_plan': { means: 'The plan is not there, or not this person’s to see.' },
  'console.no_run': { means: 'The run is not there, or not this person’s to see.' },
  'console.no_session': { means: 'Nobody is signed in.', next: 'Reload the page and sign in.' },
  'console.too_fast': {
    means: 'Too much was said at once; this was not taken.',
    next: 'Say it again in a moment.',
    retryable: true,
  },
  'console.too_long': {
    means: 'The message is too long.',
    next: 'Send a shorter one, or put the long part in a file.',
  },
  'memory.no_button': { means: 'In a test: there is no such button on that message.' },
  'memory.no_receiver': { means: 'In a test: nobody listens to this chat.' },
  'memory.timeout': { means: 'In a test: no such message came in time.' },
  'page.unreadable': {
    means: 'The console’s page got an answer it cannot read.',
    next: 'Try again; look at the proxy if there is one.',
  },
} as const satisfies Meanings<'chat' | 'console' | 'memory' | 'page'>;
