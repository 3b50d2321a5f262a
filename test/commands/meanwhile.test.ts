import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { amid } from '#commands/meanwhile.ts';
import { systemClock } from '#core/clock.ts';
import type { Plan } from '#core/plan.ts';
import type { Store } from '#core/store.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { addRun } from '#test/runs/bench.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'meanwhile-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const plan = (hosts: readonly string[], locks: readonly string[] = []): Plan => ({
  ...{ request: { playbook: 'site.yml', vars: {}, locks }, files: {}, hosts, steps: [], hash: 'x' },
});

it('a run that was called off before it began has changed nothing: the next one is told', async () => {
  const [off, other] = [await addRun(store, ['a']), await addRun(store, ['a'])];
  await store.runs.change(off.id, ['queued'], { state: 'cancelled', finishedAt: '2026-01-01T00:00:00.000Z' });
  expect((await amid({ store }, plan(['a']), [off, other]))?.run.id).toBe(other.id);
  expect(await amid({ store }, plan(['a']), [off])).toBeUndefined();
});

it('a run that ended while it was looked at is told as over', async () => {
  const run = await addRun(store, ['a'], { state: 'running' });
  const times = { startedAt: '2026-01-01T00:00:00.000Z', finishedAt: '2026-01-01T00:00:01.000Z' };
  await store.runs.change(run.id, ['running'], { state: 'done', ...times });
  expect((await amid({ store }, plan(['a']), [run]))?.run.state).toBe('done');
});

it('a run that holds a lock of the plan is told also where it changes other hosts', async () => {
  const run = await addRun(store, ['b'], { locks: ['schema'] });
  expect((await amid({ store }, plan(['a'], ['schema']), [run]))?.run.id).toBe(run.id);
  expect(await amid({ store }, plan(['a'], ['mail']), [run])).toBeUndefined();
});
