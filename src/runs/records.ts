import { recordTo } from '#audit/record.ts';
import type { Redactor } from '#audit/redact.ts';
import { type Clock, iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Run, StoppedBy } from '#core/run.ts';
import type { Repositories } from '#core/store.ts';
import { t } from '#core/text.ts';

/** What recording needs. */
export interface Recording {
  readonly clock: Clock;
  readonly redactor: Redactor;
}

/** The beginning of a run: locks, state and audit entry, all or nothing; undefined when it is not its turn after all. */
export async function begin(
  inside: Repositories,
  runId: number,
  names: readonly string[],
  { clock, redactor }: Recording,
): Promise<Run | undefined> {
  const locks = await inside.locks.take(names, runId);
  if (!locks.taken) return undefined;
  const run = await inside.runs.change(runId, ['queued'], { state: 'running', startedAt: iso(clock) });
  if (!run) {
    await inside.locks.release(runId);
    return undefined;
  }
  const { planHash: plan, request, actor, orderId } = run;
  const hosts = (await inside.plans.hosts(plan)) ?? [];
  const resumes = run.resumes ? { resumes: run.resumes } : {};
  const details = { run: run.id, playbook: request.playbook, plan, hosts, ...resumes };
  await recordTo(inside.audit, redactor).append({ actor, action: 'run.started', orderId, details });
  return run;
}

const cancelled: Refusal = {
  code: 'run.cancelled',
  say: t('The run was cancelled before it began.', 'L’exécution a été annulée avant de commencer.'),
};

/** How a run that never began came to its end: why, and by whom where somebody stopped it. */
export interface EndInQueue {
  readonly refusal?: Refusal;
  readonly by?: StoppedBy | undefined;
}

/** The end of a run that never began; undefined when it is no longer in the queue. */
export async function cancelInQueue(
  inside: Repositories,
  runId: number,
  { clock, redactor }: Recording,
  { refusal = cancelled, by }: EndInQueue = {},
): Promise<Run | undefined> {
  const change = { state: 'cancelled', finishedAt: iso(clock), refusal } as const;
  const run = await inside.runs.change(runId, ['queued'], change);
  if (!run) return undefined;
  const details = { run: run.id, state: 'cancelled', code: refusal.code };
  const { actor, via }: StoppedBy = by ?? run;
  const who = { actor, ...(via === undefined ? {} : { via }) };
  await recordTo(inside.audit, redactor).append({ ...who, action: 'run.finished', orderId: run.orderId, details });
  return run;
}
