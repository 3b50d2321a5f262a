import type { Plan } from '#core/plan.ts';
import type { Plans } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import type { Use } from './use.ts';

/** Plans by their hash: the same plan is kept once and never changes. */
export const createPlans = (use: Use): Plans => ({
  put: (plan) =>
    use(async (db) => {
      await db
        .insertInto('plans')
        .values({ hash: plan.hash, plan: toJson(plan) })
        .onConflict((conflict) => conflict.column('hash').doNothing())
        .execute();
    }),

  get: (hash) =>
    use(async (db) => {
      const row = await db.selectFrom('plans').select('plan').where('hash', '=', hash).executeTakeFirst();
      return row && fromJson<Plan>(row.plan);
    }),
});
