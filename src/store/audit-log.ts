import type { Selectable } from 'kysely';
import type { AuditEntry, AuditFact } from '#core/audit.ts';
import { auditHash, chainStart } from '#core/audit-hash.ts';
import { type Clock, iso } from '#core/clock.ts';
import type { JsonObject } from '#core/json.ts';
import { present } from '#core/present.ts';
import type { AuditLog } from '#core/store.ts';
import { AuditChain } from './audit-chain.ts';
import { fromJson, toJson } from './rows.ts';
import type { AuditTable, Database } from './schema.ts';
import type { Use } from './use.ts';

/** Details somebody made unreadable are shown as such: the hash cannot fit them, so verifying names the entry. */
const detailsOf = (column: string): JsonObject => {
  try {
    return fromJson<JsonObject>(column);
  } catch {
    return { unreadable: String(column) };
  }
};

const entryOf = (row: Selectable<AuditTable>): AuditEntry => ({
  seq: row.seq,
  at: row.at,
  actor: row.actor,
  action: row.action,
  details: detailsOf(row.details),
  previous: row.previous,
  hash: row.hash,
  ...present({ via: row.via, orderId: row.order_id }),
});

/** The fact as a database gives it back, so that the hash is over what will be read: no lone surrogates, plain JSON. */
const asStored = (fact: AuditFact): AuditFact => ({
  actor: fact.actor.toWellFormed(),
  action: fact.action.toWellFormed(),
  details: fromJson<JsonObject>(toJson(fact.details)),
  ...present({ via: fact.via?.toWellFormed(), orderId: fact.orderId }),
});

const chained = (fact: AuditFact, newest: { seq: number; hash: string } | undefined, at: string): AuditEntry => {
  const entry = { ...asStored(fact), seq: (newest?.seq ?? 0) + 1, at, previous: newest?.hash ?? chainStart };
  return { ...entry, hash: auditHash(entry) };
};

const rowOf = (entry: AuditEntry): AuditTable => ({
  seq: entry.seq,
  at: entry.at,
  actor: entry.actor,
  via: entry.via ?? null,
  action: entry.action,
  order_id: entry.orderId ?? null,
  details: toJson(entry.details),
  previous: entry.previous,
  hash: entry.hash,
});

const hashOf = async (db: Database, seq: number): Promise<string | undefined> =>
  (await db.selectFrom('audit').select('hash').where('seq', '=', seq).executeTakeFirst())?.hash;

/** The audit chain: an entry is one commit with whatever else its transaction writes. */
export const createAuditLog = (use: Use, clock: Clock, chain = new AuditChain()): AuditLog => ({
  async append(fact) {
    const entry = await use(async (db) => {
      const newest = await db
        .selectFrom('audit')
        .select(['seq', 'hash'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      await chain.check(fact, newest, (seq) => hashOf(db, seq));
      const entry = chained(fact, newest, iso(clock));
      await db.insertInto('audit').values(rowOf(entry)).execute();
      return entry;
    });
    chain.wrote(entry);
    return entry;
  },

  last: (limit, filter = {}) =>
    use(async (db) => {
      let query = db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit);
      if (filter.actor !== undefined) query = query.where('actor', '=', filter.actor);
      if (filter.before !== undefined) query = query.where('seq', '<', filter.before);
      return (await query.execute()).map(entryOf);
    }),

  from: (seq, limit) =>
    use(async (db) => {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('seq', '>=', seq)
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map(entryOf);
    }),
});
