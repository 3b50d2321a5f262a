import type { Migration } from './migration.ts';

/** How many starts of the bot found an order open. */
export const orderStarts: Migration = {
  name: '012-order-starts',
  async up(db) {
    await db.schema.alterTable('orders').addColumn('taken_up', 'integer').execute();
  },
};
