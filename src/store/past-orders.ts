import { saidKeyOf } from '#core/event-id.ts';
import { closedStates, type OrderState } from '#core/order.ts';
import type { PastBatch } from '#core/store.ts';
import type { Database } from './schema.ts';

/** The states in which something may still happen to an order. */
export const openStates: readonly OrderState[] = [
  'received',
  'asking',
  'working',
  'confirming',
  'approving',
  'queued',
  'running',
];

const closed: readonly OrderState[] = closedStates;

const looksOf = (db: Database) =>
  db
    .selectFrom('orders')
    .leftJoin('runs', 'runs.id', 'orders.run_id')
    .select(['orders.id', 'orders.event_id', 'orders.state', 'orders.plan_hash', 'runs.id as run'])
    .select(['orders.created_at', 'orders.finished_at']);

type Look = Awaited<ReturnType<ReturnType<typeof looksOf>['execute']>>[number];

/** The messages an order is shown by. */
const keysOf = ({ id }: Look): readonly string[] => [`order:${id}`, `end:${id}`];

/** The messages it came of: a tap and a form are named like their event, a typed line nearly so. */
const askedBy = ({ event_id }: Look): readonly string[] => [event_id, saidKeyOf(event_id)];

async function unsaid(db: Database, orders: readonly Look[]): Promise<ReadonlySet<string>> {
  const due = await db
    .selectFrom('outbox')
    .select('key')
    .where('key', 'in', orders.flatMap(keysOf))
    .whereRef('settled', '<', 'revision')
    .execute();
  return new Set(due.map(({ key }) => key));
}

/** A plan is stored just before its order names it, so while an order is worked on no plan goes. */
async function plansRest(db: Database): Promise<boolean> {
  const one = db.selectFrom('orders').select('id').where('state', 'in', ['received', 'working']).limit(1);
  return (await one.executeTakeFirst()) === undefined;
}

async function forgetPlans(db: Database, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  await db
    .deleteFrom('plans')
    .where('hash', 'in', hashes)
    .where((is) => is.not(is.exists(is.selectFrom('orders').select('id').whereRef('plan_hash', '=', 'plans.hash'))))
    .where((is) => is.not(is.exists(is.selectFrom('runs').select('id').whereRef('plan_hash', '=', 'plans.hash'))))
    .execute();
}

/** The newest message stays, whatever it is: the numbers of the console's changes go on from it. */
async function forgetMessages(db: Database, orders: readonly Look[]): Promise<void> {
  await db.deleteFrom('outbox').where('key', 'in', orders.flatMap(keysOf)).execute();
  await db
    .deleteFrom('console_messages')
    .where(
      'key',
      'in',
      orders.flatMap((order) => [...keysOf(order), ...askedBy(order)]),
    )
    .where('changed', '<', (of) => of.selectFrom('console_messages').select((is) => is.fn.max('changed').as('newest')))
    .execute();
}

async function forget(db: Database, orders: readonly Look[]): Promise<void> {
  const ids = orders.map((order) => order.id);
  const events = orders.map((order) => order.event_id);
  await forgetMessages(db, orders);
  await db.updateTable('inbox').set({ incoming: '{}' }).where('event_id', 'in', events).execute();
  await db.deleteFrom('approvals').where('order_id', 'in', ids).execute();
  await db.deleteFrom('orders').where('id', 'in', ids).execute();
  await forgetPlans(
    db,
    orders.flatMap(({ plan_hash }) => (plan_hash === null ? [] : [plan_hash])),
  );
}

/** One batch of `Past.forgetOrders`. */
export async function forgetOrders(db: Database, { before, after, limit }: PastBatch): Promise<number | undefined> {
  const found = await looksOf(db).where('orders.id', '>', after).orderBy('orders.id').limit(limit).execute();
  // One with a time that is still to come does not keep those after it.
  const next = found.length === limit ? found.at(-1)?.id : undefined;
  const old = found.filter((order) => order.created_at < before);
  if (old.length === 0) return next;
  const due = await unsaid(db, old);
  const rest = await plansRest(db);
  const gone = old.filter(
    (order) =>
      closed.includes(order.state) &&
      (order.finished_at ?? order.created_at) < before &&
      order.run === null &&
      (order.plan_hash === null || rest) &&
      !keysOf(order).some((key) => due.has(key)),
  );
  if (gone.length > 0) await forget(db, gone);
  return next;
}
