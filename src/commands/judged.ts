import { type Actor, isSamePerson } from '#core/actor.ts';
import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { mayApprove } from '#policy/approve.ts';
import { askerOf, isOwn, mayJudge, mayStill, type Subject, subjectOf } from './consent.ts';
import type { Desk } from './desk.ts';
import { hostsOf } from './of-plan.ts';
import { noSuchOrder, waitingStates } from './order-meant.ts';
import { askerLostRight, askerUnknown, commandGone, notWaiting, notYours, over, ownOrder } from './verdict-refusals.ts';

/** A waiting order with everything it is judged by. */
export interface Waiting {
  readonly plan: Plan;
  readonly subject: Subject;
}

/** The plan and the subject of an order that has one, whatever its state. */
async function judgedBy(desk: Desk, about: Order): Promise<Waiting | undefined> {
  const plan = about.planHash === undefined ? undefined : await desk.store.plans.get(about.planHash);
  const subject = plan && (await subjectOf(desk, about));
  return plan && subject ? { plan, subject } : undefined;
}

/** Whether this actor could judge a waiting order, as far as that shows while its command is away. */
async function couldJudge(desk: Desk, actor: Actor, about: Order): Promise<boolean> {
  const hosts = about.planHash === undefined ? undefined : await desk.store.plans.hosts(about.planHash);
  if (!hosts || !about.requirement) return false;
  const subject = { asker: await askerOf(desk, about), permission: 'approve', hosts: hostsOf(desk, { hosts }) };
  return mayApprove(desk.policy(), actor, subject, about.requirement).allowed;
}

/** What an order is judged by; while its command is away only who could judge it is told so. */
export async function waitingFor(desk: Desk, actor: Actor, about: Order): Promise<Result<Waiting>> {
  const waiting = await judgedBy(desk, about);
  if (waiting) return ok(waiting);
  const isOpen = waitingStates.includes(about.state);
  if (await isOwn(desk, actor, about)) return refused(isOpen ? commandGone(about) : notWaiting(about));
  return refused(isOpen && (await couldJudge(desk, actor, about)) ? commandGone(about) : noSuchOrder(about.id));
}

/** The asker may have lost the right since the plan was made, or be gone: told to whoever says yes. */
export async function stillAllowed(
  desk: Desk,
  actor: Actor,
  about: Order,
  { plan, subject }: Waiting,
): Promise<Result<Actor>> {
  const asker = await desk.person(about.actor);
  if (!asker) return refused(askerUnknown(about));
  const allowed = mayStill(desk, asker, subject, plan);
  if (allowed.allowed) return ok(asker);
  return refused(isSamePerson(asker, actor) ? allowed.refusal : askerLostRight(about));
}

/** What an order is judged by, when this actor may judge it; strangers to it learn nothing of its state. */
export async function judged(desk: Desk, actor: Actor, about: Order): Promise<Result<Waiting>> {
  const waiting = await waitingFor(desk, actor, about);
  if (!waiting.ok) return waiting;
  const { subject, plan } = waiting.value;
  const may = mayJudge(desk, actor, subject, plan);
  if (may.allowed) return waiting;
  if (!isSamePerson(actor, subject.asker) && !waitingStates.includes(about.state))
    return refused(overFor(desk, actor, about, waiting.value));
  if (!isSamePerson(actor, subject.asker) || about.state === 'confirming') return refused(may.refusal);
  return refused(about.state === 'approving' ? await ownOrder(desk, about) : over(about));
}

/** What a word is told that only the asker of an order may say: others learn of one that waits, or of what they may do themselves. */
export async function notForYou(
  desk: Desk,
  actor: Actor,
  about: Order,
  word: 'confirm' | 'cancel',
  known?: Result<Waiting>,
): Promise<Refusal> {
  if (waitingStates.includes(about.state)) return notYours(about, word);
  const may = known ?? (await judged(desk, actor, about));
  if (may.ok) return notYours(about, word);
  const by = await judgedBy(desk, about);
  return by ? overFor(desk, actor, about, by) : noSuchOrder(about.id);
}

/** What is told of somebody else's order that waits no more: to strangers, that there is none. */
const overFor = (desk: Desk, actor: Actor, about: Order, { subject, plan }: Waiting): Refusal =>
  mayStill(desk, actor, subject, plan).allowed ? over(about) : noSuchOrder(about.id);
