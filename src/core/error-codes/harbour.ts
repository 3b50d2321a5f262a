import type { Meanings } from './meaning.ts';

/** What keeps the demo fleet from opening. */
export const harbour = {
  'harbour.not_open': {
    means: 'The demo fleet could not be opened.',
    next: 'Look at the log, or set `harbour: false` in the configuration.',
  },
} as const satisfies Meanings<'harbour'>;
