import { type Actor, isSamePerson, personOf } from '#core/actor.ts';
import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Permission, Requirement, Risk } from '#core/policy.ts';
import type { Run } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import { allows, type Decision } from '#policy/allows.ts';
import { mayApprove } from '#policy/approve.ts';
import { areMet, needed } from '#policy/demands.ts';
import { requirement } from '#policy/requirement.ts';
import type { Desk } from './desk.ts';
import { hostsOf } from './of-plan.ts';

/** What a waiting or resumed change is judged by: the command it began with, whoever goes on with it. */
export interface Subject {
  readonly permission: Permission;
  readonly risk: Risk;
  /** Who asked, with the person behind that id. */
  readonly asker: Pick<Actor, 'id' | 'person'>;
  /** The order itself and those of the runs it goes on with: approvals of one plan may lie with any of them. */
  readonly orders: readonly Order[];
}

/** The runs a run goes on with, itself first. */
export async function runChain(
  { store }: { readonly store: Pick<Store, 'runs'> },
  runId: number | undefined,
): Promise<readonly Run[]> {
  const chain: Run[] = [];
  for (let next = runId; next !== undefined && chain.length < 1000; ) {
    const run = await store.runs.get(next);
    if (!run || chain.some((one) => one.id === run.id)) break;
    chain.push(run);
    next = run.resumes;
  }
  return chain;
}

/** Undefined when the command that began it is gone: then nobody may do anything about it. */
export async function subjectOf(desk: Desk, order: Order): Promise<Subject | undefined> {
  const chain = await runChain(desk, order.resumes);
  const earlier = await Promise.all(chain.map((run) => desk.store.orders.get(run.orderId)));
  const orders = [order, ...earlier.filter((one) => one !== undefined)];
  const first = orders.at(-1) ?? order;
  const command = desk.plugins.commands().find((one) => one.name === first.command && one.kind === 'change');
  if (!command) return undefined;
  const grave = command.risk === 'grave' || orders.some((one) => one.risk === 'grave');
  const asker = await askerOf(desk, order);
  return { permission: command.permission, risk: grave ? 'grave' : 'ordinary', asker, orders };
}

/** Who gave an order, with the person behind that id. */
export const askerOf = async (desk: Desk, { actor }: Pick<Order, 'actor'>): Promise<Subject['asker']> =>
  (await desk.person(actor)) ?? { id: actor };

/** Is it this person's own order, or word, whichever of their ids they gave it with? */
export const isOwn = async (desk: Desk, actor: Actor, given: Pick<Order, 'actor'>): Promise<boolean> =>
  isSamePerson(actor, await askerOf(desk, given));

/** Two requirements as one: whatever either asks. */
function stricter(a: Requirement, b: Requirement): Requirement {
  return {
    confirmation: a.confirmation || b.confirmation,
    approvals: Math.max(a.approvals, b.approvals),
    demands: needed([...a.demands, ...b.demands]),
    withinSeconds: Math.min(a.withinSeconds, b.withinSeconds),
    because: [...new Set([...a.because, ...b.because])],
  };
}

/** What a change needs before it runs: what was asked when it was planned, and what the rules of now ask on top. */
export function requiredNow(desk: Desk, subject: Subject, plan: Pick<Plan, 'hosts'>): Requirement {
  const now = requirement(desk.policy(), { ...subject, hosts: hostsOf(desk, plan) });
  return subject.orders.reduce((all, one) => (one.requirement ? stricter(one.requirement, all) : all), now);
}

/** May this actor say yes or no to somebody's change? */
export const mayJudge = (desk: Desk, actor: Actor, subject: Subject, plan: Pick<Plan, 'hosts'>): Decision =>
  mayApprove(
    desk.policy(),
    actor,
    { asker: subject.asker, permission: subject.permission, hosts: hostsOf(desk, plan) },
    requiredNow(desk, subject, plan),
  );

/** May this actor still use the change's command on all the plan's hosts? */
export const mayStill = (desk: Desk, actor: Actor, subject: Subject, plan: Pick<Plan, 'hosts'>): Decision =>
  allows(desk.policy(), actor, subject.permission, hostsOf(desk, plan));

/** Who has approved, and whether that is all it takes. */
export interface Standing {
  readonly approvers: readonly Actor[];
  readonly enough: boolean;
}

/**
 * Who has approved this very plan and still counts: others than the asker, who may still approve, whose word is no older
 * than the rules allow, at this time in milliseconds.
 */
export async function standingApprovals(
  desk: Desk,
  about: Order,
  subject: Subject,
  plan: Plan,
  at: number = desk.clock.now(),
): Promise<Standing> {
  const { withinSeconds, demands } = requiredNow(desk, subject, plan);
  const oldest = at - withinSeconds * 1000;
  const given = await Promise.all(subject.orders.map((order) => desk.store.approvals.of(order.id)));
  const judged = { ...subject, asker: await askerOf(desk, about) }; // who goes on with a run may be another than who began it
  const standing = new Map<string, Actor>();
  for (const one of given.flat()) {
    if (one.verdict !== 'approved' || one.planHash !== plan.hash) continue;
    const early = one.orderId !== about.id && Date.parse(one.at) < oldest;
    const approver = early ? undefined : await desk.person(one.actor);
    if (approver && mayJudge(desk, approver, judged, plan).allowed) standing.set(personOf(approver), approver);
  }
  const approvers = [...standing.values()];
  return { approvers, enough: areMet(desk.policy(), approvers, demands) };
}

/** Has an order that waits all the approvals it takes now? */
export async function isApproved(desk: Desk, about: Order): Promise<boolean> {
  const plan = about.planHash === undefined ? undefined : await desk.store.plans.get(about.planHash);
  const subject = plan && (await subjectOf(desk, about));
  return plan !== undefined && subject !== undefined && (await standingApprovals(desk, about, subject, plan)).enough;
}
