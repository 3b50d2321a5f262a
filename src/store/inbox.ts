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

  has: (eventId) =>
    use(async (db) => {
      const found = await db.selectFrom('inbox').select('seq').where('event_id', '=', eventId).executeTakeFirst();
      return found !== undefined;
    }),

  about: (eventId) =>
    use(async (db) => {
      const row = await db.selectFrom('inbox').select('incoming').where('event_id', '=', eventId).executeTakeFirst();
      return row && fromJson<Partial<Incoming>>(row.incoming).about;
    }),

  settle: (eventId, orderId) =>
    use(async (db) => {
      await db.updateTable('inbox').set({ order_id: orderId }).where('event_id', '=', eventId).execute();
    }),
});
