import type { Meanings } from './meaning.ts';

/** What is wrong with the data folder or the store. */
export const store = {
  'data.digest_key': {
    means: 'The file of the key that plans are made with is damaged.',
    next: 'Remove it: plans that still wait must then be made again.',
  },
  'data.foreign': {
    means:
      'The folder named as the data folder is not the bot’s alone: everybody may write to it, or it holds other files and others may use it.',
    next: 'Name an empty folder with `QUARTERDECK_DATA`, or make it the bot’s alone with `chmod 700`.',
  },
  'data.taken_away': {
    means: 'The data folder was taken away while the bot started, which has ended.',
    next: 'Put it back, or leave it away for an empty one; then start the bot again.',
    retryable: true,
  },
  'data.unusable': {
    means: 'The data folder cannot be used.',
    next: 'Do what is told of the folder.',
    retryable: true,
  },
  'store.conflict': {
    means: 'The store refused what contradicts what it holds.',
    next: 'Look at the log of the bot: this is a defect.',
  },
  'store.damaged': {
    means: 'The store is damaged.',
    next: 'Stop the bot and put back the newest copy: `bin/quarterdeck restore FILE`.',
  },
  'store.failed': {
    means: 'The store could not be read or written.',
    next: 'Try again; if it lasts, look at the disk and its permissions.',
    retryable: true,
  },
  'store.full': {
    means: 'The disk that holds the store is full.',
    next: 'Free some space on it, then try again.',
    retryable: true,
  },
  'store.gone': {
    means: 'The store’s file was taken away or replaced while the bot runs.',
    next: 'Put it back, or stop the bot and start it again.',
    retryable: true,
  },
  'store.in_use': {
    means: 'The data folder is used by another bot.',
    next: 'Stop that one first, or use another data folder.',
  },
  'store.newer': {
    means: 'The store was written by a newer Quarterdeck.',
    next: 'Install the newer version, or start with another data folder.',
  },
  'store.too_long': {
    means: 'A transaction was given up: it waited for something outside the store.',
    next: 'Look at the log of the bot: this is a defect.',
  },
} as const satisfies Meanings<'data' | 'store'>;
