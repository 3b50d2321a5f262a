import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { hasSmallDisk, smallDisk } from '#test/support/small-disk.ts';
import { testFolder } from '../folder.ts';
import { fact, order } from '../samples.ts';

const open = (path: string) => openSqliteStore({ path, clock: systemClock });
const copyOf = async (from: string, to: string) => {
  const store = await open(from);
  await store.copyTo(to).finally(() => store.close());
};

test('a copy made while orders are written is one moment of the store, whole', async () => {
  await using folder = await testFolder();
  const store = await open(folder.file('store.db'));
  // Large enough to be copied in several steps.
  await store.transaction(async (inside) => {
    for (let at = 0; at < 400; at += 1) {
      const { id } = await inside.orders.add(order(`large${at}`, { text: 'x'.repeat(50_000) }));
      await inside.audit.append(fact('order.accepted', { orderId: id }));
    }
  });
  let going = true;
  let written = 0;
  const write = async () => {
    while (going) {
      await store.transaction(async (inside) => {
        const { id } = await inside.orders.add(order(`e${written}`, { text: 'x'.repeat(5_000) }));
        await inside.audit.append(fact('order.accepted', { orderId: id }));
      });
      written += 1;
    }
  };
  const writing = write();
  while (written < 50) await store.orders.last(1);
  const before = written;
  await store.copyTo(folder.file('copy.db'));
  const after = written;
  going = false;
  await writing;
  await store.close();

  const copy = await open(folder.file('copy.db'));
  const verdict = await verifyAudit(copy.audit);
  expect(verdict.intact).toBe(true);
  expect(verdict.entries).toBeGreaterThanOrEqual(400 + before);
  expect(verdict.entries).toBeLessThanOrEqual(400 + after + 1);
  expect(await copy.orders.last(999_999)).toHaveLength(verdict.entries);
  await copy.close();
});

test("a copy takes the place of an older one, is its owner's alone, and leaves nothing else", async () => {
  await using folder = await testFolder();
  const store = await open(folder.file('store.db'));
  await store.copyTo(folder.file('copy.db'));
  await store.audit.append(fact('later'));
  await store.copyTo(folder.file('copy.db'));
  await store.close();
  expect((await stat(folder.file('copy.db'))).mode & 0o777).toBe(0o600);
  expect((await readdir(folder.path)).sort()).toEqual(['copy.db', 'store.db']);
  const copy = await open(folder.file('copy.db'));
  expect(await copy.audit.last(9)).toHaveLength(1);
  await copy.close();
});

test('a copy to a folder that is not there is a clear fault', async () => {
  await using folder = await testFolder();
  const store = await open(folder.file('store.db'));
  const to = folder.file('nowhere/copy.db');
  await expect(store.copyTo(to)).rejects.toMatchObject({
    code: 'backup.failed',
    refusal: { say: { en: `The copy could not be written to ${to}: there is no such folder.` } },
  });
  await writeFile(folder.file('file'), '');
  await expect(store.copyTo(folder.file('file/copy.db'))).rejects.toMatchObject({ code: 'backup.failed' });
  await store.close();
});

test.skipIf(!(await hasSmallDisk()))('a copy to a full disk blames that disk, and not the store', async () => {
  await using folder = await testFolder();
  await using disk = await smallDisk(1);
  const store = await open(folder.file('store.db'));
  for (let at = 0; at < 40; at += 1) await store.orders.add(order(`large${at}`, { text: 'x'.repeat(50_000) }));
  const to = join(disk?.path ?? '', 'copy.db');
  await expect(store.copyTo(to)).rejects.toMatchObject({
    code: 'backup.failed',
    refusal: { say: { en: `The copy could not be written to ${to}: the disk is full.` } },
  });
  expect(await readdir(disk?.path ?? '')).toEqual([]);
  expect(await store.orders.last(1)).toHaveLength(1);
  await store.close();
});

test('a store that is damaged is blamed itself', async () => {
  await using folder = await testFolder();
  const store = await open(folder.file('store.db'));
  for (let at = 0; at < 40; at += 1) await store.orders.add(order(`large${at}`, { text: 'x'.repeat(50_000) }));
  await store.close();
  const bytes = await readFile(folder.file('store.db'));
  await writeFile(folder.file('store.db'), bytes.subarray(0, bytes.length / 2));
  await expect(copyOf(folder.file('store.db'), folder.file('copy.db'))).rejects.toMatchObject({
    code: 'store.damaged',
  });
});
