import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order, SeenRuns } from '#core/order.ts';
import type { Requirement } from '#core/policy.ts';
import { present } from '#core/present.ts';
import type { OrderChange, Orders } from '#core/store.ts';
import { fromJsonOrNothing, fromOptionalJson, toOptionalJson } from './rows.ts';
import type { OrdersTable } from './schema.ts';
import type { Use } from './use.ts';

const orderOf = (row: Selectable<OrdersTable>): Order => ({
  id: row.id,
  eventId: row.event_id,
  kind: row.kind,
  chat: row.chat,
  channel: row.channel,
  actor: row.actor,
  text: row.text,
  confirmed: row.confirmed === 1,
  state: row.state,
  createdAt: row.created_at,
  ...present({
    thread: row.thread,
    via: row.via,
    command: row.command,
    args: fromOptionalJson<JsonObject>(row.args),
    planHash: row.plan_hash,
    requirement: fromOptionalJson<Requirement>(row.requirement),
    expiresAt: row.expires_at,
    runId: row.run_id,
    risk: row.risk,
    resumes: row.resumes,
    takenUp: row.taken_up,
    seenRuns: fromJsonOrNothing<SeenRuns>(row.seen_runs),
    card: fromJsonOrNothing<Card>(row.card),
    refusal: fromJsonOrNothing<Refusal>(row.refusal),
    finishedAt: row.finished_at,
  }),
});

const changeable = (order: OrderChange) => ({
  command: order.command ?? null,
  args: toOptionalJson(order.args),
  plan_hash: order.planHash ?? null,
  requirement: toOptionalJson(order.requirement),
  expires_at: order.expiresAt ?? null,
  run_id: order.runId ?? null,
  risk: order.risk ?? null,
  resumes: order.resumes ?? null,
  taken_up: order.takenUp ?? null,
  seen_runs: toOptionalJson(order.seenRuns),
  card: toOptionalJson(order.card),
  refusal: toOptionalJson(order.refusal),
  finished_at: order.finishedAt ?? null,
});

const rowOf = (order: Omit<Order, 'id'>): Insertable<OrdersTable> => ({
  event_id: order.eventId,
  kind: order.kind,
  chat: order.chat,
  channel: order.channel,
  thread: order.thread ?? null,
  actor: order.actor,
  via: order.via ?? null,
  text: order.text,
  confirmed: order.confirmed ? 1 : 0,
  state: order.state,
  created_at: order.createdAt,
  ...changeable(order),
});

/** Only what the change names; `id` keeps the statement valid when it names nothing. */
const changesOf = (id: number, change: OrderChange): Updateable<OrdersTable> => ({
  id,
  ...present({ state: change.state, text: change.text, ...changeable(change) }),
});

/** Orders: each state change is guarded by the states it may come from. */
export const createOrders = (use: Use): Orders => ({
  add: (order) =>
    use(async (db) =>
      orderOf(await db.insertInto('orders').values(rowOf(order)).returningAll().executeTakeFirstOrThrow()),
    ),

  get: (id) =>
    use(async (db) => {
      const row = await db.selectFrom('orders').selectAll().where('id', '=', id).executeTakeFirst();
      return row && orderOf(row);
    }),

  byEvent: (eventId) =>
    use(async (db) => {
      const row = await db.selectFrom('orders').selectAll().where('event_id', '=', eventId).executeTakeFirst();
      return row && orderOf(row);
    }),

  change: (id, from, change) =>
    use(async (db) => {
      if (from.length === 0) return undefined;
      const row = await db
        .updateTable('orders')
        .set(changesOf(id, change))
        .where('id', '=', id)
        .where('state', 'in', from)
        .returningAll()
        .executeTakeFirst();
      return row && orderOf(row);
    }),

  inStates: (states) =>
    use(async (db) => {
      if (states.length === 0) return [];
      const rows = await db.selectFrom('orders').selectAll().where('state', 'in', states).orderBy('id').execute();
      return rows.map(orderOf);
    }),

  last: (limit, filter = {}) =>
    use(async (db) => {
      let query = db.selectFrom('orders').selectAll().orderBy('id', 'desc').limit(limit);
      if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
      if (filter.channel !== undefined) query = query.where('channel', '=', filter.channel);
      if (filter.thread !== undefined) query = query.where('thread', '=', filter.thread);
      return (await query.execute()).map(orderOf);
    }),
});
