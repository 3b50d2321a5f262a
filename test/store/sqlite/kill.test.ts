import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { verifyAudit } from '#audit/verify.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { startChild } from '../children/child.ts';
import { testFolder } from '../folder.ts';

/** The last number printed whole: what the child was told is on disk. */
const lastPrinted = (output: string): number => Number(/(\d+)\n[^\n]*$/.exec(output)?.[1] ?? 0);

test('killed twenty times while it writes, the store holds whole orders, all that were acknowledged, and an intact chain', async () => {
  await using folder = await testFolder();
  const path = folder.file('store.db');
  let acknowledged = 0;
  for (let kill = 0; kill < 20; kill += 1) {
    await using child = startChild('orders-forever.ts', path);
    await child.prints(/\n/);
    await wait(Math.random() * 60);
    await child.kill();
    acknowledged = Math.max(acknowledged, lastPrinted(child.output()));

    const store = await openSqliteStore({ path, clock: systemClock });
    const verdict = await verifyAudit(store.audit);
    const orders = await store.orders.last(1_000_000);
    await store.close();
    expect(verdict.intact).toBe(true);
    expect(verdict.entries).toBe(2 * orders.length);
    expect(orders.length).toBeGreaterThanOrEqual(acknowledged);
  }
  expect(acknowledged).toBeGreaterThan(100);
}, 400_000);
