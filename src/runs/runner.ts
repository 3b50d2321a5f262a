import { ok, type Refusal, refused } from '#core/errors.ts';
import type { Run, RunEvent, Runner } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { planned } from './clean-plan.ts';
import { cutBefore, cutOn } from './cut.ts';
import { type Execution, type ExecutionParts, execute } from './execution.ts';
import { interrupt } from './executor.ts';
import { cameAfter, namesOf, overtakenBy } from './overtaken.ts';
import { choose, mostOfOne, type Share, type WaitingRun } from './queue.ts';
import { begin, cancelInQueue, type EndInQueue } from './records.ts';
import { cannotBegin, notCancellable, waitsFor, waitsForOwn, waitsForPlace } from './refusals.ts';

/** What a runner is made of. */
export interface RunnerOptions extends Omit<ExecutionParts, 'maxLogBytes' | 'tell'> {
  /** Asked at the beginning of every run, not only when it was queued: why it may not begin, undefined when it may. */
  mayBegin(run: Run): Promise<Refusal | undefined>;
  /** What is the same for all ids of one person; the id itself when left out. */
  personOf?(actor: string): Promise<string>;
  /** Runs at the same time. */
  readonly atOnce?: number;
  readonly maxLogBytes?: number;
  /** How long a stop waits for the steps under way before it kills them. */
  readonly stopMs?: number;
}

const retryMs = 1_000;

/**
 * The queue over the store: runs begin in the order they came, as soon as their locks are free. A run begins only when
 * it still may, and its new state, its locks and its audit entry are on disk together. `recoverRuns` comes first, then this.
 * Nothing begins before the first `enqueue`: until then what a run needs may not be there, nor anybody who listens.
 */
export function createRunner(options: RunnerOptions): Runner {
  const { store, executor, clock, log, redactor, folder, atOnce = 8, stopMs = 10_000 } = options;
  const listeners = new Set<(event: RunEvent) => void>();
  const active = new Map<number, Execution>();
  const owners = new Map<number, string>();
  const sweeping = new Set<Promise<void>>();
  const needs = new Map<number, WaitingRun>();
  const told = new Map<number, string>();
  let stopping = false;
  let halted = false;
  let again = false;
  let pumping: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;

  const tell = (event: RunEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (err) {
        log.error({ err }, 'a listener of runs broke');
      }
    }
  };

  const parts = {
    store,
    executor,
    clock,
    log,
    redactor,
    folder,
    maxLogBytes: options.maxLogBytes ?? 16 * 1024 * 1024,
    tell,
  };

  const launch = (run: Run, by: number | undefined): void => {
    const execution = execute(run, parts, by);
    active.set(run.id, execution);
    owners.set(run.id, needs.get(run.id)?.actor ?? run.actor);
    if (halted) execution.stop('boundary', interrupt);
    tell({ kind: 'run', run });
    sweeping.add(execution.over);
    void execution.over.then(() => sweeping.delete(execution.over));
    void execution.ended.then(() => {
      active.delete(run.id);
      owners.delete(run.id);
      pump();
    });
  };

  /** Tells once why a run has not begun, and again when that is another reason. */
  const tellWait = (run: Run | undefined, why: Refusal): void => {
    const key = JSON.stringify(why);
    if (!run || told.get(run.id) === key) return;
    told.set(run.id, key);
    tell({ kind: 'run', run: { ...run, refusal: why } });
  };

  /** Tells once why nothing begins; when even the queue cannot be read there is nobody to tell. */
  const tellStuck = async (): Promise<void> => {
    for (const run of await store.runs.inStates(['queued'])) tellWait(run, cannotBegin);
  };

  /** One run that cannot begin keeps no other from it. */
  const inTrouble = (run: Run, err: unknown): void => {
    log.error({ err, run: run.id }, 'a queued run cannot begin now');
    tellWait(run, cannotBegin);
    if (!stopping) retry ??= setTimeout(pump, retryMs);
  };

  const cancelQueued = async (runId: number, end: EndInQueue): Promise<boolean> => {
    const run = await store.transaction((inside) => cancelInQueue(inside, runId, options, end));
    if (run) tell({ kind: 'run', run });
    return run !== undefined;
  };

  const start = async (run: Run, names: readonly string[]): Promise<void> => {
    const refusal = (await options.mayBegin(run)) ?? (await cutBefore(run, clock.now(), store));
    if (refusal !== undefined) {
      await cancelQueued(run.id, { refusal });
      again = true;
      return;
    }
    const by = await overtakenBy(run, store);
    const started = stopping ? undefined : await store.transaction((inside) => begin(inside, run.id, names, options));
    if (started) launch(started, by);
  };

  const needsOfAll = async (queued: readonly Run[]): Promise<readonly WaitingRun[]> => {
    const waiting: WaitingRun[] = [];
    for (const run of queued) {
      try {
        waiting.push(needs.get(run.id) ?? (await needsOf(run, store, options.personOf)));
      } catch (err) {
        inTrouble(run, err);
      }
    }
    return waiting;
  };

  const tryStart = async (run: Run, names: readonly string[]): Promise<void> => {
    try {
      await start(run, names);
      told.delete(run.id);
    } catch (err) {
      inTrouble(run, err);
    }
  };

  const share = (): Share => {
    const taken = new Map<string, number>();
    for (const actor of owners.values()) taken.set(actor, (taken.get(actor) ?? 0) + 1);
    return { most: mostOfOne(atOnce), taken };
  };

  const round = async (): Promise<void> => {
    const queued = await store.runs.inStates(['queued']);
    const waiting = await needsOfAll(queued);
    needs.clear();
    for (const run of waiting) needs.set(run.id, run);
    const held = new Map((await store.locks.held()).map((lock) => [lock.name, lock.runId]));
    const choice = choose(waiting, held, atOnce - active.size, share());
    const queuedRun = (id: number): Run | undefined => queued.find((one) => one.id === id);
    for (const { id, names } of choice.start) {
      const run = queuedRun(id);
      if (run && !stopping) await tryStart(run, names);
    }
    for (const one of choice.blocked) tellWait(queuedRun(one.id), waitsFor(one));
    for (const id of choice.crowded) tellWait(queuedRun(id), waitsForPlace(atOnce));
    for (const id of choice.patient) tellWait(queuedRun(id), waitsForOwn(mostOfOne(atOnce)));
  };

  const rounds = async (): Promise<void> => {
    while (again && !stopping) {
      again = false;
      await round();
    }
  };

  function pump(): void {
    again = true;
    if (stopping) return;
    clearTimeout(retry);
    retry = undefined;
    pumping ??= rounds()
      .catch(async (err: unknown) => {
        log.error({ err }, 'queued runs cannot begin now; nothing was started');
        again = true;
        retry = setTimeout(pump, retryMs);
        await tellStuck().catch((cause: unknown) => log.error({ err: cause }, 'nor can it be told'));
      })
      .finally(() => {
        pumping = undefined;
        if (again && !stopping && !retry) pump();
      });
  }

  const cancel: Runner['cancel'] = async (runId, how, by) => {
    for (;;) {
      const execution = active.get(runId);
      if (execution) {
        execution.stop(how, 'cancel');
        return ok(undefined);
      }
      if (await cancelQueued(runId, { by })) {
        pump();
        return ok(undefined);
      }
      const run = await store.runs.get(runId);
      // Between the queue and the list of those under way: look again.
      if (run?.state !== 'running' || !pumping) return refused(notCancellable(runId, run));
      await pumping;
    }
  };

  return {
    plan: async (request, within, signal) =>
      planned(await executor.plan({ key: 'plan', request, within }, signal), redactor),
    enqueue: () => pump(),
    cancel,
    cutOn: (hosts) => cutOn(hosts, clock.now(), store),
    cameAfter: (runId) => cameAfter(runId, store),
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    halt() {
      halted = true;
      for (const execution of active.values()) execution.stop('boundary', interrupt);
    },
    async stop() {
      stopping = true;
      clearTimeout(retry);
      await pumping;
      const all = [...active.values()];
      for (const execution of all) execution.stop('boundary', interrupt);
      const kill = setTimeout(() => {
        for (const execution of all) execution.stop('now', interrupt);
      }, stopMs);
      await Promise.all(all.map((execution) => execution.ended));
      clearTimeout(kill);
      await Promise.all(sweeping);
    },
  };
}

const needsOf = async (run: Run, store: Store, personOf: RunnerOptions['personOf']): Promise<WaitingRun> => ({
  id: run.id,
  actor: personOf ? await personOf(run.actor) : run.actor,
  names: await namesOf(run, store),
});
