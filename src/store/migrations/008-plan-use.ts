import type { Migration } from './migration.ts';

/** Who uses a plan: it is forgotten with the last of them. */
export const planUse: Migration = {
  name: '008-plan-use',
  async up(db) {
    await db.schema.createIndex('orders_by_plan').on('orders').column('plan_hash').execute();
    await db.schema.createIndex('runs_by_plan').on('runs').column('plan_hash').execute();
  },
};
