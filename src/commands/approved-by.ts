import type { ActorId } from '#core/actor.ts';
import type { Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { runChain } from './consent.ts';

/** Those who approved the plan of a run, each once; an approval of a run it goes on with holds for it too. */
export async function approvedBy(store: Pick<Store, 'runs' | 'approvals'>, run: Run): Promise<readonly ActorId[]> {
  const orders = (await runChain({ store }, run.id)).map(({ orderId }) => orderId);
  const verdicts = (await Promise.all(orders.map((id) => store.approvals.of(id)))).flat();
  const its = verdicts.filter(({ verdict, planHash }) => verdict === 'approved' && planHash === run.planHash);
  // Whoever asked for this run approved nothing of it.
  return [...new Set(its.map(({ actor }) => actor))].filter((actor) => actor !== run.actor);
}
