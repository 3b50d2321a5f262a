import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import type { Store } from '#core/store.ts';
import { recoverRuns } from '#runs/recover.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { addRun, step } from './bench.ts';

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-recover-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const recover = () => recoverRuns(store, { clock: systemClock, redactor: createRedactor([]) });

test('a run that was running is interrupted, its open step unknown, its locks free, and that is recorded', async () => {
  const run = await addRun(store, ['a'], { state: 'running' });
  await store.locks.take(['host:a'], run.id);
  for (const event of [step('a', '1.1', 'changed'), step('a', '1.2', 'running')]) {
    if (event.kind === 'step') await store.runs.putStep({ ...event.step, runId: run.id });
  }
  const [recovered] = await recover();
  expect(recovered).toMatchObject({ id: run.id, state: 'interrupted', refusal: { code: 'run.bot_died' } });
  expect(recovered?.recap.a).toMatchObject({ ok: 1, unreachable: 0, unknown: 1 });
  expect((await store.runs.steps(run.id)).map((one) => one.state)).toEqual(['changed', 'unknown']);
  expect(await store.locks.held()).toEqual([]);
  expect((await store.audit.last(1))[0]).toMatchObject({ action: 'run.finished', details: { state: 'interrupted' } });
});

test('runs that wait or are over stay as they are, and a second recovery finds nothing', async () => {
  const queued = await addRun(store, ['a']);
  const over = await addRun(store, ['a'], { state: 'done' });
  await addRun(store, ['b'], { state: 'running' });
  expect(await recover()).toHaveLength(1);
  expect(await recover()).toEqual([]);
  expect((await store.runs.get(queued.id))?.state).toBe('queued');
  expect((await store.runs.get(over.id))?.state).toBe('done');
});
