import type { Migration } from './migration.ts';

/** When a start of the bot found that it had died in a run. */
export const runsFound: Migration = {
  name: '015-runs-found',
  async up(db) {
    await db.schema.alterTable('runs').addColumn('found_at', 'text').execute();
    await db.schema.createIndex('runs_by_find').on('runs').column('found_at').execute();
  },
};
