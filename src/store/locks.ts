import { type Clock, iso } from '#core/clock.ts';
import type { Locks } from '#core/store.ts';
import type { Use } from './use.ts';

/** Named locks, one holder each. A run may take a lock it holds again. */
export const createLocks = (use: Use, clock: Clock): Locks => ({
  take: (names, runId) =>
    use(async (db) => {
      const wanted = [...new Set(names)];
      if (wanted.length === 0) return { taken: true };
      const others = await db
        .selectFrom('locks')
        .select(['name', 'run_id'])
        .where('name', 'in', wanted)
        .where('run_id', '!=', runId)
        .execute();
      const holders = new Map(others.map((lock) => [lock.name, lock.run_id]));
      for (const name of wanted) {
        const holder = holders.get(name);
        if (holder !== undefined) return { taken: false, name, runId: holder };
      }
      const since = iso(clock);
      await db
        .insertInto('locks')
        .values(wanted.map((name) => ({ name, run_id: runId, since })))
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      return { taken: true };
    }),

  release: (runId) =>
    use(async (db) => {
      await db.deleteFrom('locks').where('run_id', '=', runId).execute();
    }),

  held: () =>
    use(async (db) => {
      const rows = await db.selectFrom('locks').selectAll().orderBy('name').execute();
      return rows.map((row) => ({ name: row.name, runId: row.run_id, since: row.since }));
    }),
});
