import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import { type Plan, planHash } from '#core/plan.ts';
import type { Store } from '#core/store.ts';
import { inLanguage } from '#core/text.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { recoverRuns } from '#runs/recover.ts';
import { onceModules, withWayOn } from '#runs/stuck.ts';
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

test('a run is over when it was last seen alive: the time the bot was away is not its own', async () => {
  const run = await addRun(store, ['a'], { state: 'running' });
  for (const event of [step('a', '1.1', 'changed'), step('a', '1.2', 'running')]) {
    if (event.kind === 'step') await store.runs.putStep({ ...event.step, runId: run.id });
  }
  expect((await recover())[0]?.finishedAt).toBe('2026-01-01T00:00:01.000Z');
});

test('a step that must not be done twice keeps its run from being resumed, one that looks first does not', async () => {
  for (const [module, retryable] of [
    ['command', false],
    ['ansible.builtin.service', false],
    ['copy', true],
    ['setup', true],
  ] as const) {
    const run = await addRun(store, ['a'], { state: 'running' });
    const cut = step('a', '1.1', 'running');
    if (cut.kind === 'step') await store.runs.putStep({ ...cut.step, module, runId: run.id });
    const [recovered] = await recover();
    expect(recovered?.refusal).toMatchObject({ code: 'run.bot_died', retryable });
    const next = inLanguage(recovered?.refusal?.next ?? '', 'en');
    if (retryable) expect(next).toContain('Resume it');
    else expect(next).toContain(`“Task 1.1” on a may be half done, and is never done twice`);
  }
});

test('what the plan shows of a step decides whether it may be done again', async () => {
  const service = (after: string): Plan => {
    const differences = [{ subject: 'shop', aspect: 'state', before: 'stopped', after }];
    const one = { id: '1.1', host: 'a', task: 'Shop', module: 'service', outcome: 'change', differences } as const;
    const plan = { request: { playbook: 'x.yml', vars: {}, locks: [] }, files: {}, hosts: ['a'], steps: [one] };
    return { ...plan, hash: planHash(plan) };
  };
  const run = await addRun(store, ['a'], { state: 'running' });
  const cut = { ...started, runId: run.id, state: 'unknown' } as const;
  const said = { code: 'run.bot_died', say: 'x', retryable: true } as const;
  expect(withWayOn(said, run, [cut], service('started')).retryable).toBe(true);
  expect(withWayOn(said, run, [cut], service('restarted')).retryable).toBe(false);
  expect(withWayOn(said, run, [{ ...cut, state: 'changed' }], service('restarted')).retryable).toBe(true);
});

test('every module that runs once is known to be one', () => {
  const known = bundledModules();
  const once = known.names().filter((name) => known.get(name)?.once === true);
  expect(once.filter((name) => !onceModules.has(name))).toEqual([]);
});

const started = {
  ...{ id: '1.1', host: 'a', task: 'Shop', module: 'service', startedAt: '2026-01-01T00:00:00.000Z' },
  ...{ differences: [], result: {} },
} as const;

test('runs that wait or are over stay as they are, and a second recovery finds nothing', async () => {
  const queued = await addRun(store, ['a']);
  const over = await addRun(store, ['a'], { state: 'done' });
  await addRun(store, ['b'], { state: 'running' });
  expect(await recover()).toHaveLength(1);
  expect(await recover()).toEqual([]);
  expect((await store.runs.get(queued.id))?.state).toBe('queued');
  expect((await store.runs.get(over.id))?.state).toBe('done');
});
