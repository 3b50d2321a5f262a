import { type Selectable, sql } from 'kysely';
import type { Card } from '#core/card.ts';
import type { Outgoing } from '#core/chat.ts';
import { present } from '#core/present.ts';
import { longestPostponedMs, type Outbox } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import type { OutboxTable } from './schema.ts';
import type { Use } from './use.ts';

const outgoingOf = (row: Selectable<OutboxTable>): Outgoing => ({
  key: row.key,
  chat: row.chat,
  channel: row.channel,
  card: fromJson<Card>(row.card),
  revision: row.revision,
  ...present({ thread: row.thread, to: row.to_actor }),
});

const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/** The highest revision that needs no more delivery; a late answer about an old one never lowers it. */
const settledUpTo = (revision: number) =>
  sql<number>`case when settled < ${revision} then ${revision} else settled end`;

/** What must be said, until the chat has taken it: one row per message key. */
export const createOutbox = (use: Use): Outbox => ({
  say: (message) =>
    use(async (db) => {
      const content = {
        chat: message.chat,
        channel: message.channel,
        thread: message.thread ?? null,
        to_actor: message.to ?? null,
        card: toJson(message.card),
      };
      const row = await db
        .insertInto('outbox')
        .values({ key: message.key, ...content, revision: 1, settled: 0, not_before: null, reason: null })
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet({ ...content, revision: sql<number>`outbox.revision + 1` }),
        )
        .returningAll()
        .executeTakeFirstOrThrow();
      return outgoingOf(row);
    }),

  get: (key) =>
    use(async (db) => {
      const row = await db.selectFrom('outbox').selectAll().where('key', '=', key).executeTakeFirst();
      return row && outgoingOf(row);
    }),

  startingWith: (prefix) =>
    use(async (db) => {
      const begins = sql<boolean>`substr(key, 1, ${prefix.length}) = ${prefix}`;
      return (await db.selectFrom('outbox').selectAll().where(begins).orderBy('seq').execute()).map(outgoingOf);
    }),

  due: (chat, now, limit) =>
    use(async (db) => {
      const rows = await db
        .selectFrom('outbox')
        .selectAll()
        .where('chat', '=', chat)
        .whereRef('settled', '<', 'revision')
        // What comes after a message that waits comes after it in the chat, too.
        .where('channel', 'not in', (waiting) =>
          waiting
            .selectFrom('outbox')
            .select('channel')
            .where('chat', '=', chat)
            .whereRef('settled', '<', 'revision')
            .where('not_before', '>', now)
            // Nothing is put off for longer: the clock was set back since.
            .where('not_before', '<=', later(now, longestPostponedMs)),
        )
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(outgoingOf);
    }),

  delivered: (key, revision) =>
    use(async (db) => {
      await db
        .updateTable('outbox')
        .set({ settled: settledUpTo(revision), not_before: null, reason: null })
        .where('key', '=', key)
        .execute();
    }),

  postpone: (key, at, reason) =>
    use(async (db) => {
      await db
        .updateTable('outbox')
        .set({ not_before: at, reason: toJson(reason) })
        .where('key', '=', key)
        .execute();
    }),

  drop: (key, revision, reason) =>
    use(async (db) => {
      await db
        .updateTable('outbox')
        .set({ settled: settledUpTo(revision), not_before: null, reason: toJson(reason) })
        .where('key', '=', key)
        .execute();
    }),
});
