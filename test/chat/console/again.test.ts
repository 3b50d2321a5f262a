import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { idOf } from '#chat/console/again.ts';
import type { ConsoleOptions } from '#chat/console/options.ts';
import type { Store } from '#core/store.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

let folder: string;
let store: Store;
let now = Date.parse('2026-11-21T12:00:00Z');
const clock = { now: () => now };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'again-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), clock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const tap = async (): Promise<string> => {
  const { inbox, console } = store;
  const id = await idOf('tap:x', { messages: console, wasReceived: inbox.has, clock } as ConsoleOptions);
  const at = new Date(now).toISOString();
  await console.put({ key: id, channel: 'ops', text: 'status', revision: 1, at });
  await inbox.add({ eventId: id, chat: 'console', kind: 'action', actor: 'a', channel: 'ops', text: 'status', at });
  return id;
};

it('takes two taps close together for one, and a later one for another', async () => {
  expect(await tap()).toBe('tap:x');
  now += 9000;
  expect(await tap()).toBe('tap:x');
  now += 2000;
  expect(await tap()).toBe('tap:x#2');
  now += 9000;
  expect(await tap()).toBe('tap:x#2');
  now += 60_000;
  expect(await tap()).toBe('tap:x#3');
});

it('a clock that was set back an hour makes a button no duplicate of the tap before', async () => {
  const first = await tap();
  now -= 3_600_000;
  expect(await tap()).not.toBe(first);
});

it('never wears out', async () => {
  for (let time = 1; time <= 130; time += 1) {
    expect(await tap()).toBe(time === 1 ? 'tap:x' : `tap:x#${time}`);
    now += 11_000;
  }
});

it('counts on when what was said is forgotten: a button works after that too', async () => {
  const done = {
    chat: 'console',
    kind: 'action',
    channel: 'ops',
    actor: 'a',
    text: 'status',
    confirmed: false,
  } as const;
  const finishedAt = new Date(now).toISOString();
  for (let time = 1; time <= 3; time += 1) {
    const eventId = await tap();
    await store.orders.add({ ...done, eventId, state: 'done', createdAt: finishedAt, finishedAt });
    now += 11_000;
  }
  await store.console.put({ key: 'newest', channel: 'ops', text: 'x', revision: 1, at: finishedAt });
  await store.past.forgetOrders({ before: '2027-01-01T00:00:00.000Z', after: 0, limit: 10 });
  expect(await store.console.get('tap:x')).toBeUndefined();
  expect(await tap()).toBe('tap:x#4');
});
