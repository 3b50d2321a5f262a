import { expect, test } from 'vitest';
import { recordTo } from '#audit/record.ts';
import { createRedactor, redacted } from '#audit/redact.ts';
import { verifyAudit } from '#audit/verify.ts';
import { systemClock } from '#core/clock.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { testFolder } from '../store/folder.ts';
import { fact, order } from '../store/samples.ts';

test('details are redacted before they are hashed and stored', async () => {
  await using folder = await testFolder();
  const store = await openSqliteStore({ path: folder.file('store.db'), clock: systemClock });
  const record = recordTo(store.audit, createRedactor(['hunter2!']));
  const entry = await record.append(
    fact('order.accepted', { details: { text: 'login hunter2!', deep: [{ a: 'hunter2!' }] } }),
  );
  expect(entry.details).toEqual({ text: `login ${redacted}`, deep: [{ a: redacted }] });
  expect(await store.audit.last(1)).toEqual([entry]);
  expect((await verifyAudit(store.audit)).intact).toBe(true);
  await store.close();
});

test('a fact that cannot be written undoes what it is about', async () => {
  await using folder = await testFolder();
  const store = await openSqliteStore({ path: folder.file('store.db'), clock: systemClock });
  const writing = store.transaction(async (inside) => {
    await inside.orders.add(order('e1'));
    const circular: Record<string, never> = {};
    Object.assign(circular, { self: circular });
    await recordTo(inside.audit, createRedactor([])).append(fact('order.accepted', { details: circular }));
  });
  await expect(writing).rejects.toThrow();
  expect(await store.orders.last(9)).toEqual([]);
  await store.close();
});
