import type { Meanings } from './meaning.ts';

/** What keeps a chart from being drawn. */
export const charts = {
  'charts.busy': { means: 'Too many charts are wanted at once.', next: 'Try again in a moment.', retryable: true },
  'charts.cancelled': { means: 'The chart is not wanted any more.' },
  'charts.failed': { means: 'The chart could not be drawn.', next: 'Look at the log of the bot.' },
  'charts.timeout': { means: 'The chart was not drawn in time.', next: 'Ask for a shorter time.', retryable: true },
} as const satisfies Meanings<'charts'>;
