import { setTimeout as sleep } from 'node:timers/promises';
import { recordTo } from '#audit/record.ts';
import type { Redactor } from '#audit/redact.ts';
import { type Clock, iso } from '#core/clock.ts';
import { Fault, type Refusal, refusalOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { isResumable, type Run, type RunEvent } from '#core/run.ts';
import type { Repositories, Store } from '#core/store.ts';
import { join, t } from '#core/text.ts';
import { planned } from './clean-plan.ts';
import { recapAtEnd } from './execute/recap.ts';
import { type ExecutionControl, type ExecutionOutcome, type Executor, interrupt } from './executor.ts';
import { isStill, overtaken } from './overtaken.ts';
import { createProgress, type Progress } from './progress.ts';
import { endRunningSteps } from './recover.ts';
import { inheritanceOf } from './resume.ts';
import { openRunLog, runLogPath } from './run-log.ts';
import { withNewRun, withWayBack, withWayOn } from './stuck.ts';
import { recapText } from './text.ts';

/** What runs are executed with. */
export interface ExecutionParts {
  readonly store: Store;
  readonly executor: Executor;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  /** Where the logs of runs lie. */
  readonly folder: string;
  readonly maxLogBytes: number;
  tell(event: RunEvent): void;
}

/** A run under way. */
export interface Execution {
  readonly runId: number;
  stop(how: 'boundary' | 'now', reason: 'cancel' | typeof interrupt): void;
  /** Resolves when its end is on disk; never rejects. */
  readonly ended: Promise<void>;
  /** Resolves when its journals have gone from the hosts as well; never rejects. */
  readonly over: Promise<void>;
}

/**
 * Executes a run whose row says `running`, and stores everything up to its end. `by`: a run that changed the same hosts
 * after this one was planned; then it is looked at once more as a whole, before anything is begun.
 */
export function execute(run: Run, parts: ExecutionParts, by?: number): Execution {
  const boundary = new AbortController();
  const now = new AbortController();
  const stop: Execution['stop'] = (how, reason) => {
    boundary.abort(reason);
    if (how === 'now') now.abort(reason);
  };
  const path = runLogPath(parts.folder, run.id);
  const runLog = openRunLog(path, parts.maxLogBytes, (size) => parts.tell({ kind: 'log', runId: run.id, size }));
  let unstored: Refusal | undefined;
  const trouble = (cause: unknown): void => {
    unstored ??= stepsNotStored(refusalOf(cause));
    stop('boundary', interrupt);
  };
  const progress = createProgress({ ...parts, runId: run.id, runLog, trouble });
  const ended = Promise.withResolvers<void>();
  const conclude = once(async (told: ExecutionOutcome): Promise<boolean> => {
    await progress.drain();
    const why = told.state === 'interrupted' && unstored ? { refusal: unstored } : {};
    const recap = recapAtEnd(told.recap, await parts.store.runs.steps(run.id).catch(() => []));
    const outcome = { ...told, ...why, recap };
    await runLog
      .conclude(['', recapText(outcome.recap)])
      .catch((err: unknown) => parts.log.warn({ err, run: run.id }, 'the log of a run cannot be written'));
    await finish(run, outcome, parts);
    ended.resolve();
    return !isResumable({ ...run, ...outcome });
  });
  const play = async (): Promise<void> => {
    await conclude(
      await outcomeOf(run, parts, by, progress, {
        boundary: boundary.signal,
        now: now.signal,
        recorded: progress.drain,
        conclude,
      }),
    );
  };
  return { runId: run.id, stop, ended: ended.promise, over: play() };
}

/** Whoever asks again gets the first answer. */
function once<A, R>(work: (given: A) => R): (given: A) => R {
  let made: { readonly answer: R } | undefined;
  return (given) => {
    made ??= { answer: work(given) };
    return made.answer;
  };
}

async function outcomeOf(
  run: Run,
  { store, executor, log, redactor }: ExecutionParts,
  by: number | undefined,
  progress: Progress,
  control: ExecutionControl,
): Promise<ExecutionOutcome> {
  try {
    const plan = await store.plans.get(run.planHash);
    if (!plan) throw noPlan();
    const inherited = await inheritanceOf(run, store);
    const begun = inherited.done.length > 0 || inherited.begun?.length;
    if (by !== undefined && begun) return { state: 'drifted', recap: {}, refusal: overtaken(by) };
    if (by !== undefined) {
      const job = { key: 'plan', request: run.request, within: plan.hosts, stored: true } as const;
      const fresh = planned(await executor.plan(job, control.boundary), redactor);
      if (fresh.ok && !isStill(plan, fresh.value)) return { state: 'drifted', recap: {}, refusal: overtaken(by) };
    }
    const job = { ...inherited, request: run.request, plan };
    return await executor.apply(job, (event) => progress.push(event), control);
  } catch (thrown) {
    log.error({ err: thrown, run: run.id }, 'a run broke off');
    const refusal = refusalOf(thrown) ?? brokeOff;
    return { state: refusal.code === 'run.no_plan' ? 'failed' : 'interrupted', recap: {}, refusal };
  }
}

/** It was stopped at a task's end: what cannot be written down is not gone on with. */
const stepsNotStored = (cause: Refusal | undefined): Refusal => ({
  code: 'run.not_stored',
  say: join(
    [
      t(
        'Its steps could not be stored, so it was stopped.',
        'Ses étapes ne pouvaient être enregistrées : elle a été arrêtée.',
      ),
      ...(cause === undefined ? [] : [cause.say]),
    ],
    ' ',
  ),
  next: join(
    [
      ...(cause?.next === undefined ? [] : [cause.next]),
      t('Then resume it: what is done is not done again.', 'Puis reprenez-la : ce qui est fait ne sera pas refait.'),
    ],
    ' ',
  ),
});

const brokeOff: Refusal = {
  code: 'run.broke_off',
  say: t(
    'The run broke off inside the bot; its log says where.',
    'L’exécution s’est rompue dans le bot ; son journal dit où.',
  ),
  next: t('Resume it: what is done is not done again.', 'Reprenez-la : ce qui est fait ne sera pas refait.'),
};

const noPlan = (): Fault =>
  new Fault({
    code: 'run.no_plan',
    say: t('The plan of this run is not in the store.', 'Le plan de cette exécution n’est pas dans la base.'),
    next: t('Give the order again.', 'Redonnez l’ordre.'),
  });

const firstRetryMs = 100;
const lastRetryMs = 5_000;

/** The end of a run: state, steps, locks and audit entry at once. Tried again until the store takes it. */
async function finish(run: Run, outcome: ExecutionOutcome, parts: ExecutionParts): Promise<void> {
  for (let wait = firstRetryMs; ; wait = Math.min(wait * 2, lastRetryMs)) {
    try {
      const finished = await storeEnd(run, outcome, parts);
      if (finished) parts.tell({ kind: 'run', run: finished });
      return;
    } catch (err) {
      parts.log.error({ err, run: run.id }, 'the end of a run cannot be stored');
      await sleep(wait, undefined, { ref: false }); // a bot that stops does not live on for it
    }
  }
}

async function wayOn(inside: Repositories, run: Run, outcome: ExecutionOutcome, refusal: Refusal): Promise<Refusal> {
  if (run.request.engine !== undefined && outcome.state === 'interrupted') return withNewRun(refusal);
  if (!isResumable({ ...run, ...outcome })) return refusal;
  const steps = await inside.runs.steps(run.id);
  if (outcome.state === 'failed') return withWayBack(refusal, run, steps);
  return withWayOn(refusal, run, steps, await inside.plans.get(run.planHash));
}

const storeEnd = (run: Run, outcome: ExecutionOutcome, { store, clock, redactor }: ExecutionParts) =>
  store.transaction(async (inside) => {
    const finishedAt = iso(clock);
    const { state, recap } = outcome;
    // A refusal is JSON; its interface has no index signature to say so.
    const told =
      outcome.refusal && (redactor.json(JSON.parse(JSON.stringify(outcome.refusal))) as typeof outcome.refusal);
    await endRunningSteps(inside, run.id, finishedAt);
    const refusal = told && (await wayOn(inside, run, outcome, told));
    const finished = await inside.runs.change(run.id, ['running'], {
      state,
      recap,
      finishedAt,
      ...(refusal === undefined ? {} : { refusal }),
    });
    await inside.locks.release(run.id);
    await recordTo(inside.audit, redactor).append({
      actor: run.actor,
      action: 'run.finished',
      orderId: run.orderId,
      details: {
        run: run.id,
        state,
        hosts: Object.keys(recap),
        ...(refusal === undefined ? {} : { code: refusal.code }),
      },
    });
    return finished;
  });
