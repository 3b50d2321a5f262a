import type { Migration } from './migration.ts';

/** Nothing asks for events without an order: one is made with the event, in one commit. */
export const inboxIndex: Migration = {
  name: '009-inbox-index',
  async up(db) {
    await db.schema.dropIndex('inbox_waiting').execute();
  },
};
