import type { Migration } from './migration.ts';

/** The host a delegated step was done on. */
export const stepPlaces: Migration = {
  name: '011-step-places',
  async up(db) {
    await db.schema.alterTable('steps').addColumn('done_on', 'text').execute();
  },
};
