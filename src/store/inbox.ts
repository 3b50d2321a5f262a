import type { Incoming } from '#core/chat.ts';
import type { Inbox } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import type { Use } from './use.ts';

/** Incoming events: the unique event id is what makes an order idempotent. */
export const createInbox = (use: Use): Inbox => ({
  add: (incoming) =>
    use(async (db) => {
      const added = await db
        .insertInto('inbox')
        .values({ event_id: incoming.eventId, incoming: toJson(incoming), order_id: null })
        .onConflict((conflict) => conflict.column('event_id').doNothing())
        .returning('seq')
        .executeTakeFirst();
      return added !== undefined;
    }),

  waiting: () =>
    use(async (db) => {
      const rows = await db
        .selectFrom('inbox')
        .select('incoming')
        .where('order_id', 'is', null)
        .orderBy('seq')
        .execute();
      return rows.map((row) => fromJson<Incoming>(row.incoming));
    }),

  settle: (eventId, orderId) =>
    use(async (db) => {
      await db.updateTable('inbox').set({ order_id: orderId }).where('event_id', '=', eventId).execute();
    }),
});
