import type { Migration } from './migration.ts';

/** What stands for the item of a loop that a step was for: a run that goes on has to know whether it is still the same. */
export const stepItems: Migration = {
  name: '010-step-items',
  async up(db) {
    await db.schema.alterTable('steps').addColumn('item', 'text').execute();
  },
};
