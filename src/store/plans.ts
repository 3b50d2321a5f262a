import { sql } from 'kysely';
import type { Plan } from '#core/plan.ts';
import type { Plans } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import type { Use } from './use.ts';

/** The hosts of plans that were asked for, by the plan's hash. */
export type KnownHosts = Map<string, readonly string[]>;

/** More than any list of runs shows at once. */
const mostKnown = 256;

const keep = (known: KnownHosts, hash: string, hosts: readonly string[]): readonly string[] => {
  const [oldest] = known.keys();
  if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest);
  known.set(hash, hosts);
  return hosts;
};

/** Plans by their hash: the same plan is kept once and never changes. */
export const createPlans = (use: Use, known: KnownHosts): Plans => ({
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

  hosts: async (hash) =>
    known.get(hash) ??
    use(async (db) => {
      const hosts = sql<string | null>`json_extract(plan, '$.hosts')`.as('hosts');
      const row = await db.selectFrom('plans').select(hosts).where('hash', '=', hash).executeTakeFirst();
      return row && keep(known, hash, fromJson(row.hosts ?? '[]'));
    }),
});
