import type { Actor } from '#core/actor.ts';
import { mayJudge, subjectOf } from './consent.ts';
import type { Desk } from './desk.ts';

/** Those of these people who may approve a waiting order now. */
export async function approversOf(desk: Desk, orderId: number, people: readonly Actor[]): Promise<readonly Actor[]> {
  const order = await desk.store.orders.get(orderId);
  const plan = order?.planHash === undefined ? undefined : await desk.store.plans.get(order.planHash);
  const subject = order && plan && (await subjectOf(desk, order));
  if (!subject || order.state !== 'approving') return [];
  return people.filter((person) => mayJudge(desk, person, order, subject, plan).allowed);
}
