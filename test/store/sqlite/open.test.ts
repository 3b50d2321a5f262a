import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { startChild } from '../children/child.ts';
import { testFolder } from '../folder.ts';
import { fact, order } from '../samples.ts';

const open = (path: string) => openSqliteStore({ path, clock: systemClock });

test('the file, its write-ahead log and its index are readable by their owner alone', async () => {
  await using folder = await testFolder();
  const store = await open(folder.file('deep/store.db'));
  await store.orders.add(order('e1'));
  for (const name of ['deep/store.db', 'deep/store.db-wal', 'deep/store.db-shm']) {
    expect([name, (await stat(folder.file(name))).mode & 0o777]).toEqual([name, 0o600]);
  }
  await store.close();
});

test('a file that others could read is closed to them', async () => {
  await using folder = await testFolder();
  const path = folder.file('store.db');
  await writeFile(path, '', { mode: 0o666 });
  await chmod(path, 0o666);
  await (await open(path)).close();
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('what is not a store is a clear fault and stays untouched', async () => {
  await using folder = await testFolder();
  const path = folder.file('store.db');
  const text = 'this is a diary, not a database. '.repeat(200);
  await writeFile(path, text);
  await expect(open(path)).rejects.toMatchObject({ code: 'store.damaged' });
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('a folder where the file should be is a clear fault', async () => {
  await using folder = await testFolder();
  await expect(open(folder.path)).rejects.toMatchObject({ code: 'store.failed' });
});

test('a store of a newer version is refused by name and left as it is', async () => {
  await using folder = await testFolder();
  const path = folder.file('store.db');
  await (await open(path)).close();
  const sqlite = new DatabaseSync(path);
  sqlite.exec("insert into migrations values ('900-later', 'x')");
  sqlite.close();
  await expect(open(path)).rejects.toMatchObject({
    code: 'store.newer',
    refusal: { details: { migration: '900-later' } },
  });
});

test('eight processes that open a new store at once all find it ready', async () => {
  await using folder = await testFolder();
  await using stack = new AsyncDisposableStack();
  const path = folder.file('store.db');
  const children = Array.from({ length: 8 }, () => stack.use(startChild('open.ts', path)));
  await Promise.all(children.map((child) => child.prints(/done/)));
  const store = await open(path);
  expect(await verifyAudit(store.audit)).toMatchObject({ intact: true, entries: 8 });
  await store.close();
});

test('the database itself refuses to change, remove, replace or leave out an audit entry', async () => {
  await using folder = await testFolder();
  const path = folder.file('store.db');
  const store = await open(path);
  for (const action of ['a', 'b', 'c']) await store.audit.append(fact(action));
  await store.close();
  const sqlite = new DatabaseSync(path);
  const row = "'x', 'x', null, 'x', null, '{}', 'x', 'x'";
  for (const attempt of [
    "update audit set actor = 'x' where seq = 2",
    'delete from audit where seq = 3',
    `insert or replace into audit values (2, ${row})`,
    `insert into audit values (9, ${row})`,
    `insert into audit values (0, ${row})`,
  ]) {
    expect(() => sqlite.exec(attempt), attempt).toThrow('only grows');
  }
  sqlite.close();
});
