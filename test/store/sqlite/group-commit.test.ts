import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { createRepositories } from '#store/repositories.ts';
import { openDatabase } from '#store/sqlite/file.ts';
import { GroupCommit } from '#store/sqlite/group-commit.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '../folder.ts';
import { order } from '../samples.ts';

/** The queue of transactions of a store with its tables, and the repositories over it. */
const opened = async ({ patienceMs }: { readonly patienceMs?: number } = {}) => {
  const folder = await testFolder();
  const path = folder.file('store.db');
  await (await openSqliteStore({ path, clock: systemClock })).close();
  const sqlite = openDatabase(path);
  const commits = new GroupCommit(sqlite, 1_000, undefined, patienceMs);
  return {
    path,
    sqlite,
    commits,
    inside: createRepositories((work) => commits.run(work), systemClock),
    async [Symbol.asyncDispose]() {
      await commits.close();
      sqlite.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};

test('a commit is on disk before anybody is told, and power cuts are provided for', async () => {
  await using one = await opened();
  expect(one.sqlite.prepare('pragma synchronous').get()).toEqual({ synchronous: 2 });
  expect(one.sqlite.prepare('pragma journal_mode').get()).toEqual({ journal_mode: 'wal' });
  const states = await Promise.all(
    ['a', 'b', 'c'].map((name) => one.inside.orders.add(order(name)).then(() => one.sqlite.isTransaction)),
  );
  expect(states).toEqual([false, false, false]);
});

test('when SQLite gives a transaction up, all that share it are refused, and those after it go on', async () => {
  await using one = await opened();
  const before = one.inside.orders.add(order('before'));
  const giving = one.commits.run(async (db) => {
    await sql`rollback`.execute(db);
    await db.selectFrom('orders').selectAll().execute();
  });
  const ends = await Promise.allSettled([before, giving]);
  expect(ends.map((end) => end.status === 'rejected' && end.reason.code)).toEqual(['store.failed', 'store.failed']);
  await one.inside.orders.add(order('after'));
  expect((await one.inside.orders.last(9)).map((stored) => stored.eventId)).toEqual(['after']);
});

test('work that swallows such a loss cannot write outside a transaction', async () => {
  await using one = await opened();
  const swallowing = one.commits.run(async (db) => {
    await sql`rollback`.execute(db);
    await db
      .insertInto('plans')
      .values({ hash: 'h', plan: '{}' })
      .execute()
      .catch(() => {});
  });
  await expect(swallowing).rejects.toMatchObject({ code: 'store.failed' });
  expect(await one.inside.plans.get('h')).toBeUndefined();
});

test('hundreds of shapes of statements, used again and again, stay correct', async () => {
  await using one = await opened();
  for (let size = 1; size <= 400; size += 7) {
    const names = Array.from({ length: size }, (_, at) => `lock-${at}`);
    expect(await one.inside.locks.take(names, 1)).toEqual({ taken: true });
    expect(await one.inside.locks.take(names, 2)).toMatchObject({ taken: false, name: 'lock-0' });
  }
  const shapes = Array.from({ length: 350 }, (_, at) => at + 1);
  await one.commits.run(async (db) => {
    for (const shape of [...shapes, ...shapes]) {
      const answer = await sql<{ n: number }>`select ${sql.raw(String(shape))} as n`.execute(db);
      expect(answer.rows).toEqual([{ n: shape }]);
    }
  });
  await one.inside.locks.release(1);
  expect(await one.inside.locks.held()).toEqual([]);
});

/** Holds the write lock as another process would, and tells the longest time that the event loop stood still meanwhile. */
async function whileLocked(path: string, ms: number, work: () => Promise<unknown>): Promise<number> {
  using other = new DatabaseSync(path);
  other.exec('begin immediate');
  let [longest, last] = [0, performance.now()];
  const look = () => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  };
  const looking = setInterval(look, 5);
  await Promise.all([work(), sleep(ms).then(() => other.exec('rollback'))]).finally(() => clearInterval(looking));
  look();
  return longest;
}

test('while another process writes, what waits for it goes on without holding up anything else', async () => {
  await using one = await opened();
  const longest = await whileLocked(one.path, 1_000, async () => {
    await one.inside.orders.add(order('waited'));
    expect((await one.inside.orders.last(9)).map((stored) => stored.eventId)).toEqual(['waited']);
  });
  expect(longest).toBeLessThan(400);
});

test('after two seconds it is refused, and what comes after the lock goes on', async () => {
  await using one = await opened();
  const began = performance.now();
  const longest = await whileLocked(one.path, 3_000, async () => {
    await expect(one.inside.orders.last(9)).rejects.toMatchObject({ code: 'store.failed' });
    expect(performance.now() - began).toBeGreaterThan(1_900);
    expect(performance.now() - began).toBeLessThan(2_900);
  });
  expect(longest).toBeLessThan(400);
  await one.inside.orders.add(order('after'));
});

test('while another process writes each waits as long as any other: one that came late is not refused with the first', async () => {
  await using one = await opened({ patienceMs: 600 });
  const other = new DatabaseSync(one.path);
  other.exec('begin immediate');
  const early = one.inside.orders.add(order('early'));
  const refused = expect(early).rejects.toMatchObject({ code: 'store.failed' });
  await sleep(300);
  const late = one.inside.orders.add(order('late'));
  await refused;
  other.exec('commit');
  other.close();
  await late;
  expect((await one.inside.orders.last(9)).map((stored) => stored.eventId)).toEqual(['late']);
});
