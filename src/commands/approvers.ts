import { type Actor, isSamePerson } from '#core/actor.ts';
import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Requirement } from '#core/policy.ts';
import { mayApprove } from '#policy/approve.ts';
import { countsFor } from '#policy/demands.ts';
import { askerOf, mayJudge, subjectOf } from './consent.ts';
import type { Wanted } from './demands.ts';
import type { Desk } from './desk.ts';
import { hostsOf } from './of-plan.ts';

/** Those who may approve a waiting order now. */
export async function approversOf(desk: Desk, orderId: number): Promise<readonly Actor[]> {
  const order = await desk.store.orders.get(orderId);
  if (order?.planHash === undefined || order.state !== 'approving') return [];
  const hosts = await desk.store.plans.hosts(order.planHash);
  const subject = hosts && (await subjectOf(desk, order));
  if (!subject) return [];
  return (await desk.people()).filter((person) => mayJudge(desk, person, subject, { hosts }).allowed);
}

/** What an order wants before it runs, each demand with the names of those who may meet it and have not `already`. */
export async function wantedOf(
  desk: Desk,
  order: Order,
  plan: Plan,
  required: Requirement,
  already: readonly Actor[],
): Promise<readonly Wanted[]> {
  const about = { asker: await askerOf(desk, order), permission: 'approve', hosts: hostsOf(desk, plan) };
  const may = (await desk.people()).filter(
    (one) =>
      !already.some((approver) => isSamePerson(approver, one)) &&
      mayApprove(desk.policy(), one, about, required).allowed,
  );
  return required.demands.map((demand) => ({
    demand,
    may: [...new Set(may.filter((one) => countsFor(desk.policy(), one, demand)).map(({ name }) => name))],
  }));
}
