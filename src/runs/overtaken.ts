import type { Refusal } from '#core/errors.ts';
import { canonical, type Json } from '#core/json.ts';
import type { Plan } from '#core/plan.ts';
import type { Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { t } from '#core/text.ts';
import { lockNames } from './queue.ts';
import { chainOf } from './resume.ts';

/** So many runs are looked back over: more do not fit between a plan and its run. */
const mostBack = 100;

/** The locks a run holds or waits for. */
export async function namesOf(run: Run, { plans }: Pick<Store, 'plans'>): Promise<readonly string[]> {
  return lockNames((await plans.hosts(run.planHash)) ?? [], run.request.locks);
}

/**
 * The run that changed the same hosts after this one was planned; undefined when its plan is as good as new, or when a run
 * that it goes on with has begun it.
 */
export async function overtakenBy(
  run: Run,
  store: Pick<Store, 'runs' | 'plans' | 'orders'>,
): Promise<number | undefined> {
  const chain = await chainOf(run, store);
  for (const earlier of chain.slice(1)) if ((await store.runs.steps(earlier.id)).length > 0) return undefined;
  const planned = (await store.orders.get(chain.at(-1)?.orderId ?? run.orderId))?.createdAt;
  if (planned === undefined) return undefined;
  const names = new Set(await namesOf(run, store));
  const own = new Set(chain.map(({ id }) => id));
  for (const other of await store.runs.last(mostBack)) {
    const later = !own.has(other.id) && other.startedAt !== undefined && (other.finishedAt ?? planned) >= planned;
    if (later && (await namesOf(other, store)).some((name) => names.has(name))) return other.id;
  }
  return undefined;
}

/** What a plan does, whichever of its hosts was quicker. */
const deedsOf = ({ hosts, steps }: Plan): string => {
  const keyOf = ({ host, id }: Plan['steps'][number]): string => `${host} ${id}`;
  const sorted = steps.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return canonical([hosts.toSorted(), sorted] as unknown as Json);
};

/** True when a plan made anew would do the same; of a host that does not answer the run itself says so. */
export const isStill = (plan: Plan, fresh: Plan): boolean =>
  fresh.steps.some(({ outcome }) => outcome === 'unreachable') || deedsOf(plan) === deedsOf(fresh);

/** Nothing was begun: what another run did makes this plan another one. */
export const overtaken = (by: number): Refusal => ({
  code: 'run.drifted',
  say: t(
    `Run ${by} changed the same hosts after this was planned: it would now do something else. Nothing was done.`,
    `L’exécution ${by} a changé les mêmes hôtes après ce plan : il ferait maintenant autre chose. Rien n’a été fait.`,
  ),
  next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
});
