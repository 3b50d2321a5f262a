import type { Selectable } from 'kysely';
import type { Approval } from '#core/order.ts';
import type { Approvals } from '#core/store.ts';
import type { ApprovalsTable } from './schema.ts';
import type { Use } from './use.ts';

const approvalOf = (row: Selectable<ApprovalsTable>): Approval => ({
  orderId: row.order_id,
  actor: row.actor,
  verdict: row.verdict,
  planHash: row.plan_hash,
  at: row.at,
});

/** Verdicts on orders: one of each kind per actor and plan. */
export const createApprovals = (use: Use): Approvals => ({
  add: ({ orderId, actor, verdict, planHash, at }) =>
    use(async (db) => {
      const added = await db
        .insertInto('approvals')
        .values({ order_id: orderId, actor, verdict, plan_hash: planHash, at })
        .onConflict((conflict) => conflict.columns(['order_id', 'actor', 'plan_hash', 'verdict']).doNothing())
        .returning('seq')
        .executeTakeFirst();
      return added !== undefined;
    }),

  of: (orderId) =>
    use(async (db) => {
      const rows = await db
        .selectFrom('approvals')
        .selectAll()
        .where('order_id', '=', orderId)
        .orderBy('seq')
        .execute();
      return rows.map(approvalOf);
    }),
});
