import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import type { SeenRuns } from '#core/order.ts';
import type { Run, Step } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { cutBefore, cutOn, lookingModules } from '#runs/cut.ts';
import { recoverRuns } from '#runs/recover.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { order } from '#test/store/samples.ts';
import { addRun } from './bench.ts';

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runs-cut-'));
  store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const now = Date.now();
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

/** A run on host a that is over with one step. */
async function over(more: Partial<Step> = {}, run: Partial<Run> = {}): Promise<number> {
  const { state = 'failed', finishedAt = ago(1), resumes } = run;
  const { id } = await addRun(store, ['a', 'b'], { state: 'running', ...(resumes === undefined ? {} : { resumes }) });
  const step = { id: '1.1', host: 'a', task: 'Nap', module: 'shell', state: 'unknown', startedAt: ago(2) } as const;
  await store.runs.putStep({ ...step, runId: id, differences: [], result: {}, ...more });
  await store.runs.change(id, ['running'], { state, finishedAt });
  return id;
}

let orders = 0;
/** A run on host a whose plan was made when these runs were known. */
async function planned(seenRuns?: SeenRuns, resumes?: number): Promise<Run> {
  orders += 1;
  const { id } = await store.orders.add(order(`e${orders}`, seenRuns === undefined ? {} : { seenRuns }));
  return { ...(await addRun(store, ['a'], resumes === undefined ? {} : { resumes })), orderId: id };
}

const found = async () => (await cutOn(['a'], now, store)).map(({ run, task }) => `${run.id} ${task}`);
const refused = async (run: Run) => (await cutBefore(run, now, store))?.details?.run;

test('a step whose end nobody saw may go on for an hour, however its run ended', async () => {
  await over({}, { finishedAt: ago(61) });
  const runs = [await over(), await over({}, { state: 'interrupted' }), await over({}, { state: 'cancelled' })];
  expect(await found()).toEqual(runs.map((id) => `${id} Nap`));
  expect(await cutOn(['b'], now, store)).toEqual([]);
});

test('a step that took over an hour when the bot died may go on: that counts from when it was found', async () => {
  const { id } = await addRun(store, ['a'], { state: 'running' });
  await store.runs.change(id, ['running'], { startedAt: ago(65) });
  const step = { id: '1.1', host: 'a', task: 'Dump', module: 'shell', state: 'running', startedAt: ago(61) } as const;
  await store.runs.putStep({ ...step, runId: id, differences: [], result: {} });
  await recoverRuns(store, { clock: { now: () => now }, redactor: createRedactor([]) });
  expect((await store.runs.get(id))?.finishedAt).toBe(ago(61));
  expect(await found()).toEqual([`${id} Dump`]);
  expect(await cutOn(['a'], now + 61 * 60_000, store)).toEqual([]);
});

test('where the clock was put back, what ended in the future may go on, however far that is', async () => {
  const id = await over({}, { finishedAt: ago(-120) });
  expect(await found()).toEqual([`${id} Nap`]);
});

test('it goes on where it was done', async () => {
  await over({ on: 'b' });
  expect(await found()).toEqual([]);
  expect(await cutOn(['b'], now, store)).toMatchObject([{ host: 'b' }]);
});

test('what only looks changes nothing, and of what the host knows no end nothing runs any more', async () => {
  await over({ module: 'ansible.builtin.stat' });
  await over({ refusal: { code: 'run.end_not_seen', say: 'lost' } });
  await over({ state: 'changed' });
  expect(await found()).toEqual([]);
});

test('it is over when a run that went on with it saw its end, and not when that never came so far', async () => {
  const first = await over({}, { state: 'interrupted' });
  const second = await over({ id: '1.0', state: 'failed' }, { resumes: first });
  expect(await found()).toEqual([`${first} Nap`]);
  await over({ state: 'changed' }, { state: 'done', resumes: second });
  expect(await found()).toEqual([]);
});

test('a run that went on with it and did not come to its end there did not see it', async () => {
  const first = await over();
  const away = await over({ state: 'unreachable' }, { resumes: first });
  expect(await found()).toEqual([`${first} Nap`]);
  const refused = await over({ state: 'failed', refusal: { code: 'run.no_journal', say: 'no' } }, { resumes: away });
  const skipped = await over({ state: 'skipped' }, { resumes: refused });
  expect(await found()).toEqual([`${first} Nap`]);
  const again = await over({}, { resumes: skipped });
  expect(await found()).toEqual([`${again} Nap`]);
  await over({ state: 'failed', refusal: { code: 'step.failed', say: 'rc 1' } }, { resumes: again });
  expect(await found()).toEqual([]);
  const lost = await over();
  await over({ refusal: { code: 'run.end_not_seen', say: 'lost' } }, { resumes: lost });
  expect(await found()).toEqual([]);
});

test('a run does not begin there by itself: only the one that goes on with it, and one whose plan said so', async () => {
  const cut = await over({}, { state: 'interrupted' });
  expect(await refused(await planned())).toBe(cut);
  expect(await refused(await planned({ last: cut, underWay: [cut] }))).toBe(cut);
  expect(await refused(await planned({ last: cut, underWay: [] }))).toBeUndefined();
  const later = await planned(undefined, cut);
  expect(await refused(later)).toBeUndefined();
  // Its plan was made while another went on with it, which then never came so far.
  await store.runs.change(later.id, ['queued'], { state: 'cancelled', finishedAt: ago(0) });
  expect(await refused(await planned({ last: later.id, underWay: [later.id] }))).toBe(cut);
});

test('every module that does nothing on a host is known to be one', () => {
  const known = bundledModules();
  const nothing = known.names().filter((name) => String(known.get(name)?.apply) === '() => undefined');
  expect(nothing.filter((name) => !lookingModules.has(name))).toEqual([]);
  expect([...lookingModules].filter((name) => known.get(name) === undefined)).toEqual([]);
});
