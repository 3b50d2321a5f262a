import { recordTo } from '#audit/record.ts';
import type { Redactor } from '#audit/redact.ts';
import { type Clock, iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Run, Step } from '#core/run.ts';
import type { Repositories, Store } from '#core/store.ts';
import { t } from '#core/text.ts';
import { recapOf } from './execute/recap.ts';
import { withWayOn } from './stuck.ts';

/**
 * After a start: runs that were running when the bot died become `interrupted`, their running steps `unknown`, their
 * locks free. Call it before the runner is made. Gives the runs, to be told about and resumed.
 */
export async function recoverRuns(
  store: Store,
  options: { readonly clock: Clock; readonly redactor: Redactor },
): Promise<readonly Run[]> {
  const recovered: Run[] = [];
  for (const run of await store.runs.inStates(['running'])) {
    const changed = await store.transaction((inside) => recover(inside, run, options));
    if (changed) recovered.push(changed);
  }
  return recovered;
}

const botDied: Refusal = {
  code: 'run.bot_died',
  say: t('The bot stopped while this ran.', 'Le bot s’est arrêté pendant cette exécution.'),
  next: t('Resume it: what is done is not done again.', 'Reprenez-la : ce qui est fait ne sera pas refait.'),
  retryable: true,
};

/** The last sign of life of a run: how long the bot was dead after it is no part of how long the run took. */
export const lastSeen = ({ startedAt }: Run, steps: readonly Step[]): string | undefined =>
  [startedAt, ...steps.flatMap((step) => [step.startedAt, step.finishedAt])]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1);

async function recover(
  inside: Repositories,
  run: Run,
  { clock, redactor }: { readonly clock: Clock; readonly redactor: Redactor },
): Promise<Run | undefined> {
  const finishedAt = lastSeen(run, await inside.runs.steps(run.id)) ?? iso(clock);
  await endRunningSteps(inside, run.id, finishedAt);
  const steps = await inside.runs.steps(run.id);
  const changed = await inside.runs.change(run.id, ['running'], {
    state: 'interrupted',
    finishedAt,
    foundAt: iso(clock),
    recap: recapOf(steps),
    refusal: withWayOn(botDied, run, steps, await inside.plans.get(run.planHash)),
  });
  await inside.locks.release(run.id);
  await recordTo(inside.audit, redactor).append({
    actor: run.actor,
    action: 'run.finished',
    orderId: run.orderId,
    details: { run: run.id, state: 'interrupted' },
  });
  return changed;
}

/** Steps of which nobody saw the end. */
export async function endRunningSteps(inside: Repositories, runId: number, finishedAt: string): Promise<void> {
  for (const step of await inside.runs.steps(runId)) {
    if (step.state === 'running') await inside.runs.putStep({ ...step, state: 'unknown', finishedAt });
  }
}
