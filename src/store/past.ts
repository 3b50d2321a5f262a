import type { Past } from '#core/store.ts';
import { forgetOrders } from './past-orders.ts';
import { forgetRuns } from './past-runs.ts';
import type { Use } from './use.ts';

/** What is over and old, and goes. */
export const createPast = (use: Use): Past => ({
  forgetRuns: (batch) => use((db) => forgetRuns(db, batch)),
  forgetOrders: (batch) => use((db) => forgetOrders(db, batch)),
});
