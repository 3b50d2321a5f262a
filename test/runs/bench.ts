import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRedactor, type Redactor } from '#audit/redact.ts';
import { systemClock } from '#core/clock.ts';
import { ok, type Refusal } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import { type Plan, planHash } from '#core/plan.ts';
import type { Run, RunEvent, Runner } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import type { ApplyJob, ExecutionControl, ExecutionEvent, ExecutionOutcome, Executor } from '#runs/executor.ts';
import { createRunner } from '#runs/runner.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

/** What an execution does in a test: tells events, waits, ends. */
export type Act = (
  job: ApplyJob,
  tell: (event: ExecutionEvent) => void,
  control: ExecutionControl,
) => Promise<ExecutionOutcome>;

/** A runner over a real store, whose executor does what the test says. */
export interface Bench {
  readonly folder: string;
  readonly store: Store;
  readonly runner: Runner;
  readonly events: RunEvent[];
  /** Jobs given to the executor, in order. */
  readonly jobs: ApplyJob[];
  /** A queued run on these hosts. */
  queue(hosts: readonly string[], more?: { locks?: readonly string[]; resumes?: number; actor?: string }): Promise<Run>;
  /** The run when it has reached one of these states. */
  reach(runId: number, ...states: Run['state'][]): Promise<Run>;
  close(): Promise<void>;
}

export const step = (host: string, id: string, state: 'running' | 'ok' | 'changed' | 'failed'): ExecutionEvent => ({
  kind: 'step',
  step: {
    id,
    host,
    task: `Task ${id}`,
    module: 'command',
    state,
    startedAt: '2026-01-01T00:00:00.000Z',
    ...(state === 'running' ? {} : { finishedAt: '2026-01-01T00:00:01.000Z' }),
    differences: [],
    result: {},
  },
});

export const done: ExecutionOutcome = { state: 'done', recap: {} };

/** Opens a bench. */
export async function openBench(
  act: Act,
  options: {
    atOnce?: number;
    stopMs?: number;
    redactor?: Redactor;
    store?(store: Store): Store;
    mayBegin?(run: Run): Promise<Refusal | undefined>;
    personOf?(actor: string): Promise<string>;
  } = {},
): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'runs-bench-'));
  const real = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  const store = options.store?.(real) ?? real;
  const jobs: ApplyJob[] = [];
  const executor: Executor = {
    plan: async (job) => ok({ ...planOf(['a']), request: job.request }),
    apply: (job, tell, control) => {
      jobs.push(job);
      return act(job, tell, control);
    },
    facts: async () => [],
    close: async () => undefined,
  };
  const { atOnce, stopMs } = options;
  const runner = createRunner({
    store,
    executor,
    clock: systemClock,
    log: silentLog,
    redactor: options.redactor ?? createRedactor([]),
    folder: join(folder, 'runs'),
    mayBegin: options.mayBegin ?? (async () => undefined),
    ...(options.personOf === undefined ? {} : { personOf: options.personOf }),
    ...(atOnce === undefined ? {} : { atOnce }),
    ...(stopMs === undefined ? {} : { stopMs }),
  });
  const events: RunEvent[] = [];
  runner.listen((event) => events.push(event));

  return {
    folder,
    store: real,
    runner,
    events,
    jobs,
    async queue(hosts, more = {}) {
      const run = await addRun(real, hosts, more);
      runner.enqueue(run.id);
      return run;
    },
    async reach(runId, ...states) {
      for (;;) {
        const run = await real.runs.get(runId);
        if (run && states.includes(run.state)) return run;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    async close() {
      await runner.stop();
      await real.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const planOf = (hosts: readonly string[]): Plan => {
  const plan = { request: { playbook: 'site.yml', vars: {}, locks: [] }, files: {}, hosts, steps: [] };
  return { ...plan, hash: planHash(plan) };
};

/** Puts a queued run with its plan into the store. */
export async function addRun(
  store: Store,
  hosts: readonly string[],
  more: { locks?: readonly string[]; resumes?: number; state?: Run['state']; actor?: string } = {},
): Promise<Run> {
  const plan = planOf(hosts);
  await store.plans.put(plan);
  const { locks = [], state = 'queued', ...rest } = more;
  return store.runs.add({
    orderId: 1,
    actor: 'console:local:ada',
    state,
    request: { ...plan.request, locks },
    planHash: plan.hash,
    recap: {},
    queuedAt: new Date().toISOString(),
    ...rest,
  });
}
