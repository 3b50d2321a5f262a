import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import { systemClock } from '#core/clock.ts';
import type { Store } from '#core/store.ts';
import { openFiles } from '#store/files.ts';
import { createRepositories } from '#store/repositories.ts';
import { openDatabase } from '#store/sqlite/file.ts';
import { GroupCommit } from '#store/sqlite/group-commit.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { hasSmallDisk, smallDisk } from '#test/support/small-disk.ts';
import { testFolder } from '../folder.ts';
import { card, fact, order } from '../samples.ts';

/** A file system of 2 MB of its own. */
const twoMegabytes = async () => {
  const disk = await smallDisk(2);
  if (disk === undefined) throw new Error('there is no small disk here');
  return { ...disk, file: (name: string) => join(disk.path, name) };
};

const big = (name: string) => order(name, { card: { ...card('x'), text: 'x'.repeat(50_000) } });

/** One order with its audit entry, all or nothing. */
const write = (store: Store, name: string) =>
  store.transaction(async (inside) => {
    const { id } = await inside.orders.add(big(name));
    await inside.audit.append(fact('order.accepted', { orderId: id }));
  });

/** Writes until the disk is full; how many went in, and how the others ended. */
const fill = async (store: Store): Promise<{ written: number; codes: Set<unknown> }> => {
  let written = 0;
  for (let turn = 0; ; turn += 1) {
    const lanes = await Promise.allSettled([0, 1, 2, 3].map((lane) => write(store, `${turn}.${lane}`)));
    written += lanes.filter((lane) => lane.status === 'fulfilled').length;
    const failed = lanes.filter((lane) => lane.status === 'rejected');
    if (failed.length > 0) return { written, codes: new Set(failed.map((lane) => lane.reason.code)) };
  }
};

test('transactions that share a commit end alike when the database may not grow: on disk, or refused', async () => {
  await using folder = await testFolder();
  const path = folder.file('store.db');
  await (await openSqliteStore({ path, clock: systemClock })).close();
  const sqlite = openDatabase(path);
  sqlite.exec('pragma max_page_count = 100');
  const commits = new GroupCommit(sqlite, 1_000);
  const inside = createRepositories((work) => commits.run(work), systemClock);
  const ends = await Promise.allSettled(Array.from({ length: 30 }, (_, at) => inside.orders.add(big(`e${at}`))));
  const kept = await inside.orders.last(99);
  expect(kept).toHaveLength(ends.filter((end) => end.status === 'fulfilled').length);
  for (const end of ends) if (end.status === 'rejected') expect(end.reason.code).toBe('store.full');
  expect(ends.some((end) => end.status === 'rejected')).toBe(true);

  sqlite.exec('pragma max_page_count = 1000000');
  await inside.orders.add(big('after'));
  expect((await inside.orders.last(1))[0]?.eventId).toBe('after');
  await commits.close();
  sqlite.close();
});

describe.skipIf(!(await hasSmallDisk()))('on a full disk', () => {
  test('what does not fit is refused whole, what went in can be read, and all goes on when there is room', async () => {
    await using disk = await twoMegabytes();
    await writeFile(disk.file('ballast'), Buffer.alloc(600_000));
    const store = await openSqliteStore({ path: disk.file('store.db'), clock: systemClock });
    const { written, codes } = await fill(store);
    expect(codes).toEqual(new Set(['store.full']));
    expect(await store.orders.last(9_999)).toHaveLength(written);
    expect(await verifyAudit(store.audit)).toMatchObject({ intact: true, entries: written });

    await rm(disk.file('ballast'));
    await write(store, 'after');
    await store.close();
    const again = await openSqliteStore({ path: disk.file('store.db'), clock: systemClock });
    expect(await again.orders.last(9_999)).toHaveLength(written + 1);
    expect(await verifyAudit(again.audit)).toMatchObject({ intact: true, entries: written + 1 });
    await again.close();
  });

  test('a store cannot be opened on a full disk, and says why', async () => {
    await using disk = await twoMegabytes();
    await writeFile(disk.file('ballast'), Buffer.alloc(3_000_000)).catch(() => {});
    const opening = openSqliteStore({ path: disk.file('store.db'), clock: systemClock });
    await expect(opening).rejects.toMatchObject({ code: 'store.full' });
  });

  test('a file that does not fit leaves nothing behind', async () => {
    await using disk = await twoMegabytes();
    await using folder = await testFolder();
    const store = await openSqliteStore({ path: folder.file('store.db'), clock: systemClock });
    const files = openFiles({ folder: disk.file('files'), index: store.files });
    await expect(files.put(Buffer.alloc(3_000_000), 'a', 'b')).rejects.toMatchObject({ code: 'store.full' });
    const small = await files.put(Buffer.alloc(1_500_000), 'a', 'b');
    expect((await files.get(small.id))?.content).toHaveLength(1_500_000);
    await store.close();
  });

  test('a copy that does not fit leaves nothing behind', async () => {
    await using disk = await twoMegabytes();
    await using folder = await testFolder();
    const store = await openSqliteStore({ path: folder.file('store.db'), clock: systemClock });
    for (let at = 0; at < 60; at += 1) await write(store, `${at}`);
    await expect(store.copyTo(disk.file('copy.db'))).rejects.toMatchObject({ code: 'backup.failed' });
    await store.close();
    const left = spawnSync('ls', ['-A', disk.file('')], { encoding: 'utf8' }).stdout;
    expect(left).toBe('');
  });
});
