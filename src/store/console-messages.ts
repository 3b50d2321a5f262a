import { type Insertable, type Selectable, sql } from 'kysely';
import type { ActorId } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import { present } from '#core/present.ts';
import type { ConsoleMessage, ConsoleMessages } from '#core/store.ts';
import { fromOptionalJson, toOptionalJson } from './rows.ts';
import type { ConsoleMessagesTable, Database } from './schema.ts';
import type { Use } from './use.ts';

const messageOf = (row: Selectable<ConsoleMessagesTable>): ConsoleMessage => ({
  id: row.id,
  key: row.key,
  channel: row.channel,
  revision: row.revision,
  changed: row.changed,
  at: row.at,
  ...present({
    thread: row.thread,
    to: row.to_actor,
    author: row.author,
    text: row.text,
    card: fromOptionalJson<Card>(row.card),
  }),
});

const rowOf = (message: Omit<ConsoleMessage, 'id' | 'changed'>, changed: number): Insertable<ConsoleMessagesTable> => ({
  key: message.key,
  channel: message.channel,
  thread: message.thread ?? null,
  to_actor: message.to ?? null,
  author: message.author ?? null,
  text: message.text ?? null,
  card: toOptionalJson(message.card),
  revision: message.revision,
  changed,
  at: message.at,
});

const newestChange = async (db: Database): Promise<number> => {
  const row = await db
    .selectFrom('console_messages')
    .select((select) => select.fn.max('changed').as('changed'))
    .executeTakeFirst();
  return row?.changed ?? 0;
};

/** What everybody may read, what was said to the reader alone, and what the reader said. */
const readableRows = (db: Database, reader: ActorId) =>
  db
    .selectFrom('console_messages')
    .where((or) => or.or([or('to_actor', 'is', null), or('to_actor', '=', reader), or('author', '=', reader)]));

const readableBy = (db: Database, reader: ActorId) => readableRows(db, reader).selectAll();

/** Messages that stand in a thread; the one it hangs on may name itself as its thread. */
const isReply = sql<boolean>`key <> thread`;

/** The console's messages. An edit keeps the id, the place in the channel and the time of the first revision. */
export const createConsoleMessages = (use: Use): ConsoleMessages => ({
  put: (message) =>
    use(async (db) => {
      const row = rowOf(message, (await newestChange(db)) + 1);
      const { key, at, ...edit } = row;
      const stored = await db
        .insertInto('console_messages')
        .values(row)
        .onConflict((conflict) =>
          conflict.column('key').doUpdateSet(edit).where('console_messages.revision', '<', message.revision),
        )
        .returningAll()
        .executeTakeFirst();
      return stored && messageOf(stored);
    }),

  get: (key) =>
    use(async (db) => {
      const row = await db.selectFrom('console_messages').selectAll().where('key', '=', key).executeTakeFirst();
      return row && messageOf(row);
    }),

  page: ({ channel, reader, before, limit }) =>
    use(async (db) => {
      let query = readableBy(db, reader)
        .where('channel', '=', channel)
        .where('thread', 'is', null)
        .orderBy('id', 'desc')
        .limit(limit);
      if (before !== undefined) query = query.where('id', '<', before);
      return (await query.execute()).map(messageOf).reverse();
    }),

  thread: ({ thread, reader, before, limit }) =>
    use(async (db) => {
      let query = readableBy(db, reader).where('thread', '=', thread).where(isReply).orderBy('id', 'desc').limit(limit);
      if (before !== undefined) query = query.where('id', '<', before);
      return (await query.execute()).map(messageOf).reverse();
    }),

  replies: ({ threads, reader }) =>
    use(async (db) => {
      if (threads.length === 0) return new Map();
      const rows = await readableRows(db, reader)
        .select((select) => ['thread', select.fn.countAll<number>().as('replies')])
        .where('thread', 'in', threads)
        .where(isReply)
        .groupBy('thread')
        .execute();
      return new Map(rows.map(({ thread, replies }) => [thread ?? '', Number(replies)]));
    }),

  since: ({ changed, reader, limit }) =>
    use(async (db) => {
      const rows = await readableBy(db, reader)
        .where('changed', '>', changed)
        .orderBy('changed')
        .limit(limit)
        .execute();
      return rows.map(messageOf);
    }),

  newest: () => use(newestChange),
});
