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
  const id = await idOf('tap:x', { messages: store.console, clock } as ConsoleOptions);
  await store.console.put({ key: id, channel: 'ops', text: 'status', revision: 1, at: new Date(now).toISOString() });
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

it('never wears out', async () => {
  for (let time = 1; time <= 130; time += 1) {
    expect(await tap()).toBe(time === 1 ? 'tap:x' : `tap:x#${time}`);
    now += 11_000;
  }
});
