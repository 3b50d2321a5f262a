import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { createRedactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { isResumable } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { inLanguage } from '#core/text.ts';
import { noCounts } from '#runs/execute/recap.ts';
import type { ExecutionEvent } from '#runs/executor.ts';
import { createRunner } from '#runs/runner.ts';
import { type Act, addRun, type Bench, done, openBench, step } from './bench.ts';

let bench: Bench;
afterEach(() => bench.close());

const notMeant = () => Promise.reject(new Error('not meant to be asked'));

const held = (control: { boundary: AbortSignal; now: AbortSignal }): Promise<string> =>
  new Promise((resolve) => {
    control.now.addEventListener('abort', () => resolve('now'));
    control.boundary.addEventListener('abort', () => setImmediate(() => !control.now.aborted && resolve('boundary')));
  });

test('a run goes from queued to done, with its steps, its log and two audit entries', async () => {
  bench = await openBench(async (_job, tell) => {
    tell({ kind: 'play', name: 'Shop' });
    tell({ kind: 'task', id: '1.1', name: 'Copy', handler: false });
    tell(step('a', '1.1', 'running'));
    tell({ kind: 'output', host: 'a', stepId: '1.1', text: 'hello\n' });
    tell(step('a', '1.1', 'changed'));
    return done;
  });
  const { id } = await bench.queue(['a']);
  const run = await bench.reach(id, 'done');
  expect(run.startedAt).toBeDefined();
  expect(run.finishedAt).toBeDefined();
  expect((await bench.store.runs.steps(id)).map(({ host, id, state }) => [host, id, state])).toEqual([
    ['a', '1.1', 'changed'],
  ]);
  expect(await bench.store.locks.held()).toEqual([]);
  const entries = await bench.store.audit.last(10);
  expect(entries.map((entry) => entry.action)).toEqual(['run.finished', 'run.started']);
  const log = await readFile(join(bench.folder, 'runs', `${id}.log`), 'utf8');
  expect(log).toContain('TASK [Copy]');
  expect(log).toContain('a | hello');
  expect(log).toContain('changed: [a]');
  const sizes = bench.events.flatMap((event) => (event.kind === 'log' ? [event.size] : []));
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.at(-1)).toBe(Buffer.byteLength(log));
});

test('of how long its log is listeners hear when it is that long, before they hear that the run is over', async () => {
  bench = await openBench(async (_job, tell) => {
    for (let n = 0; n < 50; n += 1) {
      tell({ kind: 'output', host: 'a', stepId: '1.1', text: `${n}\n` });
      await sleep(2);
    }
    return done;
  });
  const short: number[] = [];
  const path = (id: number) => join(bench.folder, 'runs', `${id}.log`);
  bench.runner.listen((event) => {
    if (event.kind === 'log' && statSync(path(event.runId)).size < event.size) short.push(event.size);
  });
  const { id } = await bench.queue(['a']);
  await bench.reach(id, 'done');
  const kinds = bench.events.map((event) => (event.kind === 'run' ? event.run.state : event.kind));
  expect(kinds.lastIndexOf('log')).toBe(kinds.indexOf('done') - 1);
  expect(short).toEqual([]);
});

test('listeners hear of a step only when it is on disk', async () => {
  bench = await openBench(async (_job, tell) => {
    for (let n = 0; n < 50; n += 1) tell(step('a', `1.${n}`, 'ok'));
    return done;
  });
  const missing: string[] = [];
  const looked: Promise<void>[] = [];
  bench.runner.listen((event) => {
    if (event.kind !== 'step') return;
    const look = async () => {
      const stored = await bench.store.runs.steps(event.step.runId);
      if (!stored.some((one) => one.id === event.step.id)) missing.push(event.step.id);
    };
    looked.push(look());
  });
  const { id } = await bench.queue(['a']);
  await bench.reach(id, 'done');
  await Promise.all(looked);
  expect(looked).toHaveLength(50);
  expect(missing).toEqual([]);
});

test('a run is over for all once its end is on disk; a stop still waits for its journals to go', async () => {
  const swept = Promise.withResolvers<void>();
  const wanted: (boolean | undefined)[] = [];
  let gone = false;
  bench = await openBench(async (_job, tell, control) => {
    tell(step('a', '1.1', 'changed'));
    wanted.push(await control.conclude?.(done));
    if (wanted.length === 1) await swept.promise;
    gone = true;
    return done;
  });
  const first = await bench.queue(['a']);
  expect((await bench.store.runs.steps((await bench.reach(first.id, 'done')).id)).map(({ state }) => state)).toEqual([
    'changed',
  ]);
  expect(gone).toBe(false);
  expect((await bench.runner.cancel(first.id, 'boundary')).ok).toBe(false);
  const second = await bench.queue(['a']);
  await bench.reach(second.id, 'done');
  gone = false;
  setTimeout(swept.resolve, 50);
  await bench.runner.stop();
  expect(gone).toBe(true);
  expect(wanted).toEqual([true, true]);
  const ends = (await bench.store.audit.last(10)).filter(({ action }) => action === 'run.finished');
  expect(ends).toHaveLength(2);
});

test('two runs on one host go one after the other, and the second says what it waits for', async () => {
  const going: string[] = [];
  const apart = Promise.withResolvers<void>();
  bench = await openBench(async (job) => {
    const run = job.key.split('-')[1];
    going.push(`begin ${run}`);
    // The first lasts until another has begun, which can only be the one that shares no host with it.
    if (going.length === 1) await apart.promise;
    apart.resolve();
    going.push(`end ${run}`);
    return done;
  });
  const first = await bench.queue(['a', 'b']);
  const second = await bench.queue(['b', 'c']);
  const third = await bench.queue(['d']);
  await Promise.all([first, second, third].map((run) => bench.reach(run.id, 'done')));
  expect(going.slice(0, 2)).toEqual([`begin ${first.id}`, `begin ${third.id}`]);
  expect(going.indexOf(`end ${first.id}`)).toBeLessThan(going.indexOf(`begin ${second.id}`));
  const waiting = bench.events.find((event) => event.kind === 'run' && event.run.id === second.id);
  expect(waiting).toMatchObject({
    run: { state: 'queued', refusal: { code: 'run.waiting', details: { lock: 'host:b', run: first.id } } },
  });
});

test('two runs with the same named lock never run together', async () => {
  let inside = 0;
  let most = 0;
  bench = await openBench(async () => {
    inside += 1;
    most = Math.max(most, inside);
    await sleep(20);
    inside -= 1;
    return done;
  });
  const runs = await Promise.all(['a', 'b', 'c'].map((host) => bench.queue([host], { locks: ['app:shop'] })));
  await Promise.all(runs.map((run) => bench.reach(run.id, 'done')));
  expect(most).toBe(1);
});

test('no more runs go on at once than allowed', async () => {
  let inside = 0;
  let most = 0;
  bench = await openBench(
    async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(400);
      inside -= 1;
      return done;
    },
    { atOnce: 2 },
  );
  const runs = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((host) => bench.queue([host])));
  await Promise.all(runs.map((run) => bench.reach(run.id, 'done')));
  expect(most).toBe(2);
});

const saidOf = (run: { readonly id: number }): readonly string[] =>
  bench.events.flatMap((event) =>
    event.kind === 'run' && event.run.id === run.id && event.run.refusal
      ? [inLanguage(event.run.refusal.say, 'en')]
      : [],
  );

test('a run that waits for a place says so once, and one that waits for a lock which nobody holds yet says that', async () => {
  const apart = Promise.withResolvers<void>();
  bench = await openBench(
    async () => {
      await apart.promise;
      return done;
    },
    { atOnce: 2 },
  );
  const [one, two, three, four] = [
    await bench.queue(['a']),
    await bench.queue(['b']),
    await bench.queue(['c']),
    await bench.queue(['c']),
  ];
  await vi.waitFor(() => expect(saidOf(four)).toHaveLength(1));
  expect(saidOf(three)).toEqual(['It waits for its turn: 2 runs go on already.']);
  expect(saidOf(four)).toEqual([`It waits for run ${three.id}, which is before it in the line for c.`]);
  apart.resolve();
  for (const { id } of [one, two, three, four]) await bench.reach(id, 'done');
});

test('whoever has many runs leaves a place to others, by whichever id, and is told so', async () => {
  const apart = Promise.withResolvers<void>();
  bench = await openBench(
    async () => {
      await apart.promise;
      return done;
    },
    { atOnce: 3, personOf: async (id) => (id.endsWith(':ada') || id.endsWith(':root') ? 'ada' : id) },
  );
  const [one, two] = ['console:local:ada', 'cli:local:root'] as const;
  const own = [
    await bench.queue(['a'], { actor: one }),
    await bench.queue(['b'], { actor: two }),
    await bench.queue(['c'], { actor: one }),
  ] as const;
  const other = await bench.queue(['d'], { actor: 'console:local:ben' });
  await bench.reach(other.id, 'running');
  await vi.waitFor(() =>
    expect(saidOf(own[2])[0]).toBe(
      'It waits for its turn: 2 runs of the same person go on already, and one place is kept for others.',
    ),
  );
  apart.resolve();
  for (const { id } of [...own, other]) await bench.reach(id, 'done');
});

test('what an earlier life left in the queue begins when the runner is told of it, not before', async () => {
  bench = await openBench(async () => done);
  const run = await addRun(bench.store, ['a']);
  const asked: number[] = [];
  const next = createRunner({
    store: bench.store,
    executor: { plan: notMeant, apply: async () => done, facts: notMeant, close: async () => undefined },
    clock: systemClock,
    log: silentLog,
    redactor: createRedactor([]),
    folder: join(bench.folder, 'next'),
    mayBegin: async ({ id }) => {
      asked.push(id);
      return undefined;
    },
  });
  await sleep(150);
  expect(asked).toEqual([]);
  next.enqueue(run.id);
  await bench.reach(run.id, 'done');
  expect(asked).toEqual([run.id]);
  await next.stop();
});

test('a run that goes on is cancelled at a boundary, then now', async () => {
  bench = await openBench(async (_job, _tell, control) => ({
    state: 'cancelled',
    recap: {},
    refusal: { code: 'run.cancelled', say: await held(control) },
  }));
  const one = await bench.queue(['a']);
  await bench.reach(one.id, 'running');
  while (bench.jobs.length === 0) await sleep(5);
  expect(await bench.runner.cancel(one.id, 'boundary')).toEqual({ ok: true, value: undefined });
  expect((await bench.reach(one.id, 'cancelled')).refusal?.say).toBe('boundary');
  const two = await bench.queue(['a']);
  while (bench.jobs.length === 1) await sleep(5);
  await bench.runner.cancel(two.id, 'now');
  expect((await bench.reach(two.id, 'cancelled')).refusal?.say).toBe('now');
});

test('a run that waits is cancelled without ever beginning', async () => {
  bench = await openBench(async (_job, _tell, control) => {
    await held(control);
    return { state: 'cancelled', recap: {} };
  });
  const first = await bench.queue(['a']);
  const second = await bench.queue(['a']);
  await bench.reach(first.id, 'running');
  expect((await bench.runner.cancel(second.id, 'boundary')).ok).toBe(true);
  expect((await bench.store.runs.get(second.id))?.state).toBe('cancelled');
  await bench.runner.cancel(first.id, 'now');
  await bench.reach(first.id, 'cancelled');
  expect(bench.jobs).toHaveLength(1);
});

test('a run that is over, or that never was, cannot be cancelled', async () => {
  bench = await openBench(async () => done);
  const { id } = await bench.queue(['a']);
  await bench.reach(id, 'done');
  expect(await bench.runner.cancel(id, 'now')).toMatchObject({ ok: false, refusal: { code: 'run.over' } });
  expect(await bench.runner.cancel(999, 'now')).toMatchObject({ ok: false, refusal: { code: 'run.not_found' } });
});

/** A store whose audit refuses while `broken` is true: as a full disk would. */
const failing =
  (state: { broken: boolean }) =>
  (store: Store): Store => ({
    ...store,
    transaction: (work) =>
      store.transaction((inside) =>
        work({
          ...inside,
          audit: {
            ...inside.audit,
            append: async (fact) => {
              if (state.broken) throw new Fault({ code: 'store.full', say: 'full', retryable: true });
              return inside.audit.append(fact);
            },
          },
        }),
      ),
  });

test('when the audit entry cannot be written nothing starts, and it starts once it can', async () => {
  const state = { broken: true };
  bench = await openBench(async () => done, { store: failing(state) });
  const { id } = await bench.queue(['a']);
  await sleep(150);
  expect(bench.jobs).toHaveLength(0);
  expect((await bench.store.runs.get(id))?.state).toBe('queued');
  expect(await bench.store.locks.held()).toEqual([]);
  const whys = () =>
    bench.events.flatMap((event) => (event.kind === 'run' && event.run.refusal ? [event.run.refusal.code] : []));
  await sleep(1_200);
  expect(whys()).toEqual(['run.cannot_begin']);
  state.broken = false;
  await bench.reach(id, 'done');
  expect(bench.jobs).toHaveLength(1);
});

test('the end of a run is stored as soon as the store takes it again', async () => {
  const state = { broken: false };
  bench = await openBench(
    async () => {
      state.broken = true;
      setTimeout(() => {
        state.broken = false;
      }, 300);
      return done;
    },
    { store: failing(state) },
  );
  const { id } = await bench.queue(['a']);
  expect((await bench.reach(id, 'done')).state).toBe('done');
  expect((await bench.store.audit.last(1))[0]?.action).toBe('run.finished');
});

test('a run whose steps cannot be stored is stopped, and says why', async () => {
  const state = { broken: false };
  const full = new Fault({ code: 'store.full', say: 'The disk that holds the store is full.', retryable: true });
  bench = await openBench(
    async (_job, tell, control) => {
      state.broken = true;
      tell(step('a', '1.1', 'changed'));
      await held(control);
      state.broken = false;
      return { state: 'interrupted', recap: {} };
    },
    {
      store: (real) => ({
        ...real,
        transaction: (work) => (state.broken ? Promise.reject(full) : real.transaction(work)),
      }),
    },
  );
  const run = await bench.reach((await bench.queue(['a'])).id, 'interrupted');
  expect(run.refusal?.code).toBe('run.not_stored');
  expect(JSON.stringify(run.refusal?.say)).toContain('so it was stopped. The disk that holds the store is full.');
  expect((await bench.store.runs.steps(run.id)).map(({ state }) => state)).toEqual(['changed']);
});

test('a store that does not answer for five seconds stops the run as well, however long each try takes', async () => {
  const state = { broken: false };
  const began = { at: 0, stopped: 0 };
  const busy = new Fault({ code: 'store.failed', say: 'database is locked', retryable: true });
  bench = await openBench(
    async (_job, tell, control) => {
      [state.broken, began.at] = [true, performance.now()];
      tell(step('a', '1.1', 'changed'));
      await held(control);
      [state.broken, began.stopped] = [false, performance.now()];
      return { state: 'interrupted', recap: {} };
    },
    {
      store: (real) => ({
        ...real,
        transaction: (work) => (state.broken ? sleep(3_500).then(() => Promise.reject(busy)) : real.transaction(work)),
      }),
    },
  );
  await bench.reach((await bench.queue(['a'])).id, 'interrupted');
  expect(began.stopped - began.at).toBeGreaterThan(4_900);
  expect(began.stopped - began.at).toBeLessThan(6_500);
}, 20_000);

test('when the executor dies the run is interrupted, its open steps unknown, its locks free', async () => {
  bench = await openBench(async (_job, tell) => {
    tell(step('a', '1.1', 'changed'));
    tell(step('a', '1.2', 'running'));
    await sleep(20);
    throw new Fault({ code: 'run.worker_died', say: 'died', retryable: true });
  });
  const { id } = await bench.queue(['a']);
  const run = await bench.reach(id, 'interrupted');
  expect(run.refusal?.code).toBe('run.worker_died');
  expect((await bench.store.runs.steps(id)).map((one) => one.state)).toEqual(['changed', 'unknown']);
  expect(run.recap.a).toMatchObject({ ok: 1, changed: 1, unknown: 1 });
  expect(await bench.store.locks.held()).toEqual([]);
});

test('a run that lost a host in the middle of a step can be gone on with: its journals stay, and it says so', async () => {
  const kept: unknown[] = [];
  const lost =
    (code: ErrorCode): Act =>
    async (_job, tell, control) => {
      const { step: one } = step('a', '1.1', 'running') as Extract<ExecutionEvent, { kind: 'step' }>;
      tell({ kind: 'step', step: { ...one, state: 'unknown', refusal: { code, say: 'lost', next: 'look' } } });
      const recap = { a: { ...noCounts, unreachable: 1, unknown: 1 } };
      const outcome = {
        state: 'failed',
        recap,
        refusal: { code: 'run.hosts_failed', say: 'failed', next: 'see' },
      } as const;
      kept.push(!(await control.conclude?.(outcome)));
      return outcome;
    };
  bench = await openBench((job, ...rest) =>
    lost(job.key.startsWith('run-1-') ? 'step.lost' : 'run.end_not_seen')(job, ...rest),
  );
  const first = await bench.reach((await bench.queue(['a'])).id, 'failed');
  const next = expect.objectContaining({ en: expect.stringContaining('resume it') });
  expect([isResumable(first), first.refusal]).toMatchObject([
    true,
    { code: 'run.hosts_failed', next, retryable: true },
  ]);
  // The host said that nothing of it runs any more: only a word goes on with it.
  const second = await bench.reach((await bench.queue(['b'])).id, 'failed');
  expect([isResumable(second), second.refusal]).toMatchObject([true, { next: 'look', retryable: false }]);
  expect(kept).toEqual([true, true]);
});

test('a resumption that does not reach the host yet can be gone on with: the first command may be under way there', async () => {
  const kept: unknown[] = [];
  bench = await openBench(async (_job, tell, control) => {
    const { step: one } = step('a', '1.1', 'running') as Extract<ExecutionEvent, { kind: 'step' }>;
    const refusal = { code: 'ssh.unreachable', say: 'away', next: 'look' } as const;
    tell({ kind: 'step', step: { ...one, state: 'unreachable', refusal } });
    const failed = { code: 'run.hosts_failed', say: 'failed', next: 'see' } as const;
    const outcome = { state: 'failed', recap: { a: { ...noCounts, unreachable: 1 } }, refusal: failed } as const;
    kept.push(!(await control.conclude?.(outcome)));
    return outcome;
  });
  const fresh = await bench.reach((await bench.queue(['a'])).id, 'failed');
  expect([isResumable(fresh), fresh.refusal?.next]).toEqual([false, 'see']);
  const early = await bench.reach((await bench.queue(['a'], { resumes: fresh.id })).id, 'failed');
  const next = expect.objectContaining({ en: expect.stringContaining('When a can be reached again, resume it') });
  expect([isResumable(early), early.refusal]).toMatchObject([true, { next, retryable: true }]);
  expect(kept).toEqual([false, true]);
});

test('a stop interrupts what runs so that it can be resumed, and begins nothing more', async () => {
  bench = await openBench(async (_job, tell, control) => {
    tell(step('a', '1.1', 'changed'));
    await held(control);
    return { state: control.boundary.reason === 'interrupt' ? 'interrupted' : 'cancelled', recap: {} };
  });
  const first = await bench.queue(['a']);
  const second = await bench.queue(['a']);
  await bench.reach(first.id, 'running');
  await bench.runner.stop();
  expect((await bench.store.runs.get(first.id))?.state).toBe('interrupted');
  expect((await bench.store.runs.get(second.id))?.state).toBe('queued');
});

test('a halt interrupts what runs at its boundary, and what has only just begun', async () => {
  bench = await openBench(async (_job, _tell, control) => {
    const how = control.boundary.aborted ? 'boundary' : await held(control);
    const reason = String(control.boundary.reason);
    return { state: 'interrupted', recap: {}, refusal: { code: 'run.hosts_failed', say: `${how}, ${reason}` } };
  });
  const first = await bench.queue(['a']);
  await bench.reach(first.id, 'running');
  bench.runner.halt();
  expect((await bench.reach(first.id, 'interrupted')).refusal?.say).toBe('boundary, interrupt');
  const second = await bench.queue(['a']);
  expect((await bench.reach(second.id, 'interrupted')).refusal?.say).toBe('boundary, interrupt');
});

test('a stop kills what does not come to a boundary in time', async () => {
  bench = await openBench(
    async (_job, _tell, control) => {
      await new Promise((resolve) => control.now.addEventListener('abort', resolve));
      return { state: 'interrupted', recap: {} };
    },
    { stopMs: 30 },
  );
  const { id } = await bench.queue(['a']);
  while (bench.jobs.length === 0) await sleep(5);
  await bench.runner.stop();
  expect((await bench.store.runs.get(id))?.state).toBe('interrupted');
});

test('a resumed run has the key of the first and all steps that are done', async () => {
  let round = 0;
  bench = await openBench(async (_job, tell) => {
    round += 1;
    tell(step('a', `1.${round}`, 'changed'));
    tell(step('a', `1.${round + 1}`, round === 3 ? 'ok' : 'failed'));
    return round === 3 ? done : { state: 'interrupted', recap: {} };
  });
  const first = await bench.queue(['a']);
  await bench.reach(first.id, 'interrupted');
  const second = await bench.queue(['a'], { resumes: first.id });
  await bench.reach(second.id, 'interrupted');
  const third = await bench.queue(['a'], { resumes: second.id });
  await bench.reach(third.id, 'done');
  expect(new Set(bench.jobs.map((job) => job.key)).size).toBe(1);
  expect(bench.jobs.map((job) => job.done.map((one) => one.id))).toEqual([[], ['1.1'], ['1.1', '1.2']]);
  const other = await bench.queue(['a']);
  await bench.reach(other.id, 'done', 'interrupted');
  expect(bench.jobs[3]?.key).not.toBe(bench.jobs[0]?.key);
});

test('secrets are in neither steps, events nor the log, and a result that lost one says so', async () => {
  const secret = 'hunter2-hunter2';
  bench = await openBench(
    async (_job, tell) => {
      tell({ kind: 'output', host: 'a', stepId: '1.1', text: `it is ${secret}\n` });
      const event = step('a', '1.1', 'changed');
      if (event.kind === 'step')
        tell({ kind: 'step', step: { ...event.step, result: { stdout: secret }, task: `Use ${secret}` } });
      return { state: 'failed', recap: {}, refusal: { code: 'run.hosts_failed', say: `no ${secret}` } };
    },
    { redactor: createRedactor([secret]) },
  );
  const { id } = await bench.queue(['a']);
  const run = await bench.reach(id, 'failed');
  const steps = await bench.store.runs.steps(id);
  const log = await readFile(join(bench.folder, 'runs', `${id}.log`), 'utf8');
  const audit = await bench.store.audit.last(5);
  expect(JSON.stringify([run, steps, log, audit, bench.events])).not.toContain(secret);
  expect(steps[0]?.result).toMatchObject({ redacted: true });
});

test('a run whose plan is not in the store fails without touching a host', async () => {
  bench = await openBench(async () => done);
  const run = await addRun(bench.store, ['a']);
  const lost = await bench.store.runs.add({ ...run, planHash: 'gone' });
  bench.runner.enqueue(lost.id);
  expect((await bench.reach(lost.id, 'failed')).refusal?.code).toBe('run.no_plan');
});

test('a run that may no longer begin ends cancelled, with the reason in its row and in the audit', async () => {
  const refusal = { code: 'run.right_lost', say: 'No longer.' } as const;
  const asked: number[] = [];
  bench = await openBench(async () => done, {
    mayBegin: async (run) => {
      asked.push(run.id);
      return asked.length === 1 ? refusal : undefined;
    },
  });
  const [first, second] = [await bench.queue(['a']), await bench.queue(['a'])];
  expect(await bench.reach(first.id, 'cancelled')).toMatchObject({ refusal });
  await bench.reach(second.id, 'done');
  expect(bench.jobs).toHaveLength(1);
  expect(await bench.store.locks.held()).toEqual([]);
  const entries = await bench.store.audit.last(10);
  expect(entries.find(({ details }) => details.run === first.id)).toMatchObject({
    action: 'run.finished',
    details: { state: 'cancelled', code: 'run.right_lost' },
  });
});

test('a run of which nobody can tell whether it may begin keeps no other from it, says so, and begins once that can be told', async () => {
  let broken = true;
  bench = await openBench(async () => done, {
    mayBegin: async ({ id }) => {
      if (id === 1 && broken) throw new Error('nobody knows');
      return undefined;
    },
  });
  const [first, second] = [await bench.queue(['a']), await bench.queue(['b'])];
  await bench.reach(second.id, 'done');
  expect((await bench.store.runs.get(first.id))?.state).toBe('queued');
  const whys = bench.events.flatMap((event) => (event.kind === 'run' && event.run.refusal ? [event.run] : []));
  expect(whys.map(({ id, refusal }) => [id, refusal?.code])).toEqual([[first.id, 'run.cannot_begin']]);
  broken = false;
  await bench.reach(first.id, 'done');
});
