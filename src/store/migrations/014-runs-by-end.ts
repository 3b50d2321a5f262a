import type { Migration } from './migration.ts';

/** What ended of late is asked for at the beginning of every run. */
export const runsByEnd: Migration = {
  name: '014-runs-by-end',
  async up(db) {
    await db.schema.createIndex('runs_by_end').on('runs').column('finished_at').execute();
  },
};
