import type { Migration } from './migration.ts';

/** The runs there were when the plan of an order was made. */
export const seenRuns: Migration = {
  name: '013-seen-runs',
  async up(db) {
    await db.schema.alterTable('orders').addColumn('seen_runs', 'text').execute();
  },
};
