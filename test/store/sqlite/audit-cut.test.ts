import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '../folder.ts';
import { fact, order } from '../samples.ts';

/** A store with five entries, and somebody else with a hand on its file. */
const opened = async () => {
  const folder = await testFolder();
  const path = folder.file('store.db');
  const store = await openSqliteStore({ path, clock: systemClock });
  for (const name of ['a', 'b', 'c', 'd', 'e']) await store.audit.append(fact(name));
  return {
    store,
    path,
    tamper(sql: string) {
      const sqlite = new DatabaseSync(path, { timeout: 5_000 });
      sqlite.exec('drop trigger if exists audit_no_delete; drop trigger if exists audit_no_update');
      sqlite.exec(sql);
      sqlite.close();
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
};

const cuts = {
  'its end is cut off': 'delete from audit where seq > 3',
  'its last entry is cut off': 'delete from audit where seq = 5',
  'it is emptied': 'delete from audit',
  'its last entry is another': "update audit set hash = 'another' where seq = 5",
};

for (const [what, sql] of Object.entries(cuts)) {
  test(`a chain that is cut while the store is open gets no entry more: ${what}`, async () => {
    await using one = await opened();
    one.tamper(sql);
    const entries = await one.store.audit.last(9);
    await expect(one.store.audit.append(fact('f'))).rejects.toMatchObject({ code: 'audit.cut' });
    const both = one.store.transaction(async (inside) => {
      await inside.orders.add(order('with an entry'));
      await inside.audit.append(fact('g'));
    });
    await expect(both).rejects.toMatchObject({ code: 'audit.cut' });
    expect(await one.store.orders.last(9)).toEqual([]);
    expect(await one.store.audit.last(9)).toEqual(entries);
  });
}

test('an end that was cut off and written anew is found, too', async () => {
  await using one = await opened();
  one.tamper('delete from audit where seq > 3');
  const other = await openSqliteStore({ path: one.path, clock: systemClock });
  for (const name of ['x', 'y', 'z']) await other.audit.append(fact(name));
  await other.close();
  await expect(one.store.audit.append(fact('f'))).rejects.toMatchObject({ code: 'audit.cut' });
});

test('entries of another process, and what was undone, are no cut', async () => {
  await using one = await opened();
  const other = await openSqliteStore({ path: one.path, clock: systemClock });
  await other.audit.append(fact('of the command line'));
  const undone = one.store.transaction(async (inside) => {
    await inside.audit.append(fact('undone'));
    await inside.audit.append(fact('undone too'));
    throw new Error('undone');
  });
  const all = await Promise.allSettled([
    one.store.audit.append(fact('f')),
    undone,
    one.store.transaction(async (inside) => {
      await inside.audit.append(fact('g'));
      return inside.audit.append(fact('h'));
    }),
    other.audit.append(fact('of the command line')),
  ]);
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  await other.close();
  expect((await one.store.audit.append(fact('i'))).seq).toBe(11);
});
