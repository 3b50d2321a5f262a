import { recordTo } from '#audit/record.ts';
import type { Redactor } from '#audit/redact.ts';
import { type Clock, iso } from '#core/clock.ts';
import type { Run } from '#core/run.ts';
import type { Repositories, Store } from '#core/store.ts';
import { t } from '#core/text.ts';
import { recapOf } from './execute/recap.ts';

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

async function recover(
  inside: Repositories,
  run: Run,
  { clock, redactor }: { readonly clock: Clock; readonly redactor: Redactor },
): Promise<Run | undefined> {
  const finishedAt = iso(clock);
  await endRunningSteps(inside, run.id, finishedAt);
  const changed = await inside.runs.change(run.id, ['running'], {
    state: 'interrupted',
    finishedAt,
    recap: recapOf(await inside.runs.steps(run.id)),
    refusal: {
      code: 'run.bot_died',
      say: t('The bot stopped while this ran.', 'Le robot s’est arrêté pendant cette exécution.'),
      next: t('Resume it: what is done is not done again.', 'Reprenez-la : ce qui est fait ne sera pas refait.'),
      retryable: true,
    },
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
