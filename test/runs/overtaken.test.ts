import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '#core/clock.ts';
import type { SeenRuns } from '#core/order.ts';
import type { Plan, PlannedStep } from '#core/plan.ts';
import type { Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { cameAfter, isStill, overtakenBy } from '#runs/overtaken.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';
import { order } from '#test/store/samples.ts';
import { addRun } from './bench.ts';

const step = (host: string, id: string, outcome: PlannedStep['outcome'] = 'change'): PlannedStep => ({
  ...{ host, id, outcome, task: 'x', module: 'copy', differences: [] },
});
const plan = (hosts: readonly string[], steps: readonly PlannedStep[]): Plan => ({
  ...{ request: { playbook: 'site.yml', vars: {}, locks: [] }, files: {}, hosts, steps, hash: 'x' },
});

test('a plan is still right whichever host was quicker, and when a host does not answer: then its run says so', () => {
  const first = plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1')]);
  expect(isStill(first, plan(['b', 'a'], [step('b', '1.1'), step('a', '1.1')]))).toBe(true);
  expect(isStill(first, plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1', 'ok')]))).toBe(false);
  expect(isStill(first, plan(['a', 'b'], [step('a', '1.1')]))).toBe(false);
  expect(isStill(first, plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1', 'unreachable')]))).toBe(true);
});

test('a host that does not answer hides nothing of what the others would do', () => {
  const first = plan(['a', 'b'], [step('a', '1.1'), step('b', '1.1')]);
  const silent = step('a', '1.1', 'unreachable');
  expect(isStill(first, plan(['a', 'b'], [silent, step('b', '1.1')]))).toBe(true);
  expect(isStill(first, plan(['a', 'b'], [silent, step('b', '1.1', 'ok')]))).toBe(false);
  expect(isStill(first, plan(['a'], [silent]))).toBe(false);
});

describe('a run is overtaken by', () => {
  let folder: string;
  let store: Store;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runs-overtaken-'));
    store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const early = '2020-01-01T00:00:00.000Z';

  /** A run that began, at a time that says nothing about the order of things. */
  const begun = async (
    hosts: readonly string[],
    state: Run['state'] = 'done',
    resumes?: number,
    finishedAt = early,
  ): Promise<number> => {
    const { id } = await addRun(store, hosts, { state: 'running', ...(resumes === undefined ? {} : { resumes }) });
    await store.runs.change(id, ['running'], { state, startedAt: early, finishedAt });
    return id;
  };
  let orders = 0;
  /** A run on host a whose plan was made when these runs were known. */
  const planned = async (seenRuns?: SeenRuns): Promise<Run> => {
    orders += 1;
    const { id } = await store.orders.add(order(`e${orders}`, seenRuns === undefined ? {} : { seenRuns }));
    return { ...(await addRun(store, ['a'])), orderId: id };
  };

  test('one on its hosts that began after its plan was made, whatever the clock says, and however many came since', async () => {
    const before = await begun(['a']);
    const after = await begun(['a']);
    for (let other = 0; other < 120; other += 1) await begun(['b']);
    expect(await overtakenBy(await planned({ last: before, underWay: [] }), store)).toBe(after);
    expect(await overtakenBy(await planned({ last: after, underWay: [] }), store)).toBeUndefined();
  });

  test('one that was under way when its plan was made, whenever that is said to have ended', async () => {
    const under = await begun(['a']);
    const elsewhere = await begun(['b']);
    expect(await overtakenBy(await planned({ last: elsewhere, underWay: [under, elsewhere] }), store)).toBe(under);
    expect(await overtakenBy(await planned({ last: elsewhere, underWay: [elsewhere] }), store)).toBeUndefined();
  });

  test('none that never began', async () => {
    const run = await planned({ last: 0, underWay: [] });
    await addRun(store, ['a'], { state: 'cancelled' });
    expect(await overtakenBy(run, store)).toBeUndefined();
  });

  test('one that was interrupted of late, which may still go on there, until another goes on with it', async () => {
    await begun(['a'], 'interrupted');
    const left = await begun(['a'], 'interrupted', undefined, new Date().toISOString());
    const run = await planned({ last: left, underWay: [] });
    expect(await overtakenBy(run, store)).toBe(left);
    expect(await overtakenBy({ ...run, resumes: left }, store)).toBeUndefined();
    const resumed = await begun(['a'], 'done', left);
    expect(await overtakenBy(await planned({ last: resumed, underWay: [] }), store)).toBeUndefined();
  });

  test('any on its hosts where nobody knows what there was when its plan was made', async () => {
    const other = await begun(['a']);
    await begun(['b']);
    expect(await overtakenBy(await planned(), store)).toBe(other);
  });

  /** The same with a step that changed something on its first host. */
  const changed = async (hosts: readonly string[], locks: readonly string[] = []): Promise<number> => {
    const { id } = await addRun(store, hosts, { state: 'running', locks });
    const step = { id: '1.1', host: hosts[0] ?? '', task: 'x', module: 'copy', differences: [], result: {} } as const;
    await store.runs.putStep({ ...step, runId: id, state: 'changed', startedAt: early, finishedAt: early });
    await store.runs.change(id, ['running'], { state: 'done', startedAt: early, finishedAt: early });
    return id;
  };
  /** A run that goes on with this one; who wanted that knew of these. */
  const goesOnWith = async (resumes: number, seenRuns?: SeenRuns): Promise<Run> => ({
    ...(await planned(seenRuns)),
    resumes,
  });

  test('one that waited or was under way when somebody wanted to go on with a run, and was not named to them', async () => {
    const first = await changed(['a']);
    const [named, silent] = [await changed(['a']), await changed(['a'])];
    const seen = { last: silent, underWay: [named, silent] };
    expect(await overtakenBy(await goesOnWith(first, { ...seen, named: [named] }), store)).toBe(silent);
    expect(await overtakenBy(await goesOnWith(first, { ...seen, named: [silent] }), store)).toBe(named);
    expect(await overtakenBy(await goesOnWith(first, seen), store)).toBe(silent);
    expect(await overtakenBy(await goesOnWith(first, { ...seen, named: [named, silent] }), store)).toBeUndefined();
    expect(await overtakenBy(await goesOnWith(first, { last: silent, underWay: [] }), store)).toBeUndefined();
    expect(await overtakenBy(await goesOnWith(first), store)).toBe(silent);
  });

  test('a run that goes on with another: by none that is queued behind it', async () => {
    const run = await goesOnWith(await changed(['a']), { last: 1, underWay: [] });
    await addRun(store, ['a']);
    expect(await overtakenBy(run, store)).toBeUndefined();
  });

  test('a run came after another that shares a lock with it, also on other hosts', async () => {
    const first = await changed(['a'], ['db']);
    expect(await cameAfter(first, store)).toEqual([]);
    await changed(['b'], ['mail']);
    const by = await changed(['c'], ['db']);
    expect((await cameAfter(first, store)).map(({ id }) => id)).toEqual([by]);
  });

  test('of those that came after a run all are told that go on or wait, and the newest that is over', async () => {
    const first = await changed(['a']);
    await changed(['a']);
    const over = await changed(['a', 'b']);
    const { id: running } = await addRun(store, ['a'], { state: 'running' });
    const { id: queued } = await addRun(store, ['a']);
    await addRun(store, ['b']);
    expect((await cameAfter(first, store)).map(({ id }) => id)).toEqual([queued, running, over]);
  });
});
