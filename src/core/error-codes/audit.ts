import type { Meanings } from './meaning.ts';

/** What protects the record and the secrets. */
export const audit = {
  'audit.anchor': {
    means: 'The note of the newest audit entry could not be read or written.',
    next: 'Look at the file and the disk; removing the file begins a new note.',
    retryable: true,
  },
  'audit.cut': {
    means: 'The end of the audit was cut off or written anew; it gets no entry more, so nothing is done.',
    next: 'Run `bin/quarterdeck audit verify`; put a copy of the store back with `bin/quarterdeck restore FILE`, never by hand.',
  },
  'secret.in_message': {
    means: 'There is a secret in the message; nothing of it was taken or kept.',
    next: 'Name secrets in the configuration. Change this one if others saw it.',
  },
  'secret.too_often': {
    means: 'Too many messages held secrets; for a while none of this actor is taken.',
    next: 'Try again after the minutes that are told.',
    retryable: true,
  },
} as const satisfies Meanings<'audit' | 'secret'>;
