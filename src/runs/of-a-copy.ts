import { recordTo } from '#audit/record.ts';
import { iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import { isResumable, ofACopyCode, type Run } from '#core/run.ts';
import type { Repositories, Store } from '#core/store.ts';
import { type Text, t } from '#core/text.ts';
import { recapOf } from './execute/recap.ts';
import type { Recording } from './records.ts';
import { endRunningSteps, lastSeen } from './recover.ts';

const waited = t(
  'It waited for its turn when the copy was made, and may have been done since.',
  'Elle attendait son tour quand la copie a été faite, et a peut-être eu lieu depuis.',
);

const wasUnderWay = t(
  'It was under way when the copy was made: how it ended is not known.',
  'Elle était en cours quand la copie a été faite : on ne sait pas comment elle a fini.',
);

const couldGoOn = t(
  'It could be gone on with when the copy was made, and may have been since.',
  'Elle pouvait être reprise quand la copie a été faite, et l’a peut-être été depuis.',
);

const ofACopy = (say: Text): Refusal => ({
  code: ofACopyCode,
  say,
  next: t('Look at its hosts, then send the order again.', 'Regardez ses hôtes, puis renvoyez l’ordre.'),
  retryable: false,
});

const why = ({ state }: Run): Refusal =>
  ofACopy(state === 'queued' ? waited : state === 'running' ? wasUnderWay : couldGoOn);

/** Ends a run for good: not even a word goes on with it. */
async function end(inside: Repositories, run: Run, { clock, redactor }: Recording): Promise<void> {
  const refusal = why(run);
  const finishedAt = run.finishedAt ?? lastSeen(run, await inside.runs.steps(run.id)) ?? iso(clock);
  await endRunningSteps(inside, run.id, finishedAt);
  const recap = recapOf(await inside.runs.steps(run.id));
  // One that somebody stopped stays what it was.
  const state = run.state === 'cancelled' ? 'cancelled' : 'failed';
  await inside.runs.change(run.id, [run.state], { state, finishedAt, recap, refusal });
  await inside.locks.release(run.id);
  if (state === run.state) return;
  await recordTo(inside.audit, redactor).append({
    actor: run.actor,
    action: 'run.finished',
    orderId: run.orderId,
    details: { run: run.id, state: 'failed', code: refusal.code },
  });
}

/**
 * In a copy of a store that takes its place: what waited would begin by itself, perhaps for the second time, and what
 * could be gone on with may be over, and the journals on the hosts with it, so that its steps would be done again.
 */
export async function endRunsOfACopy(store: Store, recording: Recording): Promise<void> {
  for (const run of await store.runs.inStates(['queued', 'running', 'interrupted', 'cancelled', 'failed'])) {
    if (run.state === 'failed' && (run.refusal?.code === ofACopyCode || !isResumable(run))) continue;
    if (await store.runs.resumedBy(run.id)) continue;
    await store.transaction((inside) => end(inside, run, recording));
  }
}
