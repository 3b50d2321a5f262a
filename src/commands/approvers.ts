import { type Actor, isSamePerson } from '#core/actor.ts';
import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Requirement } from '#core/policy.ts';
import { mayApprove } from '#policy/approve.ts';
import { countsFor } from '#policy/demands.ts';
import { askerOf, mayJudge, requiredNow, type Subject, standingApprovals, subjectOf } from './consent.ts';
import { missing, type Wanted } from './demands.ts';
import type { Desk } from './desk.ts';
import { hostsOf } from './of-plan.ts';

/** Those who may say yes to a waiting order, and those who may say no. */
export interface Judges {
  /** Who approved it already is not asked again, nor is whose approval would meet nothing that is still missing. */
  readonly approve: readonly Actor[];
  readonly deny: readonly Actor[];
}

/** Whose yes a waiting order still wants, of those who may judge it. */
async function isWantedBy(desk: Desk, order: Order, subject: Subject, plan: Plan): Promise<(actor: Actor) => boolean> {
  const { approvers } = await standingApprovals(desk, order, subject, plan);
  const rest = missing(desk.policy(), approvers, requiredNow(desk, subject, plan).demands);
  return (actor) =>
    // Where nothing is missing by the rules of now, any word carries it on.
    rest.length === 0 ||
    (!approvers.some((one) => isSamePerson(one, actor)) && rest.some((one) => countsFor(desk.policy(), actor, one)));
}

/** Those who may say yes or no to an order that waits for approvals. */
export async function judgesOf(desk: Desk, orderId: number): Promise<Judges> {
  const order = await desk.store.orders.get(orderId);
  const plan =
    order?.planHash === undefined || order.state !== 'approving'
      ? undefined
      : await desk.store.plans.get(order.planHash);
  const subject = order && plan && (await subjectOf(desk, order));
  if (!subject) return { approve: [], deny: [] };
  const deny = (await desk.people()).filter((person) => mayJudge(desk, person, subject, plan).allowed);
  return { approve: deny.filter(await isWantedBy(desk, order, subject, plan)), deny };
}

/** May this actor give an order a yes that it still wants? */
export async function canApprove(desk: Desk, actor: Actor, about: Order): Promise<boolean> {
  const plan = about.planHash === undefined ? undefined : await desk.store.plans.get(about.planHash);
  const subject = plan && (await subjectOf(desk, about));
  if (!subject || !mayJudge(desk, actor, subject, plan).allowed) return false;
  return (await isWantedBy(desk, about, subject, plan))(actor);
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
