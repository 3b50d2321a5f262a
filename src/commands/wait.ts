import type { Card } from '#core/card.ts';
import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Requirement } from '#core/policy.ts';
import type { OrderChange } from '#core/store.ts';
import type { Text } from '#core/text.ts';
import { wantedOf } from './approvers.ts';
import { afterwards } from './came-after.ts';
import { approvingCard, settledCard } from './cards.ts';
import { requiredNow, standingApprovals, subjectOf } from './consent.ts';
import { missing } from './demands.ts';
import type { Desk } from './desk.ts';
import { amid, inTheMiddle, underWay, whereCut } from './meanwhile.ts';
import { titleOf } from './of-plan.ts';
import { type Move, move } from './record.ts';

/** An order with what it waits for. */
type Waiting = Order & { readonly requirement: Requirement; readonly expiresAt: string };

/** The plan before others: who has approved it, and who still has to. */
async function cardFor(desk: Desk, order: Waiting, asker: string, plan: Plan): Promise<Card> {
  const { expiresAt } = order;
  const title = titleOf(plan);
  const other = await amid(desk, plan, await underWay(desk));
  const planned = whereCut(inTheMiddle(desk.cards.plan(plan, title), other), await desk.runner.cutOn(plan.hosts));
  const { resumes } = order;
  const shown = afterwards(planned, resumes, resumes === undefined ? [] : await desk.runner.cameAfter(resumes));
  const subject = await subjectOf(desk, order);
  const requirement = subject ? requiredNow(desk, subject, plan) : order.requirement;
  const approvers = subject ? (await standingApprovals(desk, order, subject, plan)).approvers : [];
  const rest = { ...requirement, demands: missing(desk.policy(), approvers, requirement.demands) };
  return approvingCard(shown, order, {
    ...{ title, asker, requirement, until: expiresAt, now: desk.clock.now() },
    approvedBy: approvers.map(({ name }) => name),
    wanted: await wantedOf(desk, order, plan, rest, approvers),
  });
}

/** Puts the plan before others. */
export async function waitForApprovals(
  desk: Desk,
  order: Order,
  asker: string,
  plan: Plan,
  change: OrderChange & { readonly requirement: Requirement; readonly expiresAt: string },
  from: readonly Order['state'][],
  audit?: Move['audit'],
): Promise<void> {
  const card = await cardFor(desk, { ...order, ...change }, asker, plan);
  const next = { from, change: { ...change, state: 'approving', card }, show: 'board' } as const;
  await move(desk, order, audit ? { ...next, audit } : next);
}

/** Shows on the order's message that an approval came which is not all it takes. */
export async function showStanding(desk: Desk, order: Order, asker: string, plan: Plan): Promise<void> {
  const { requirement, expiresAt } = order;
  if (!requirement || !expiresAt) return;
  const card = await cardFor(desk, { ...order, requirement, expiresAt }, asker, plan);
  await move(desk, order, { from: ['approving'], change: { card }, show: 'board' });
}

/** A plan's card with the fields of the one before; what cannot be drawn keeps that one, and holds nothing up. */
function drawn(desk: Desk, plan: Plan, before: Card | undefined): Card | undefined {
  try {
    return { ...desk.cards.plan(plan, titleOf(plan)), ...(before?.fields ? { fields: before.fields } : {}) };
  } catch (err) {
    desk.log.error({ err, plan: plan.hash }, 'a plan could not be drawn');
    return before;
  }
}

/** The plan of an order; one that cannot be read holds nothing up either. */
const planOf = async (desk: Desk, { planHash }: Order): Promise<Plan | undefined> =>
  planHash === undefined
    ? undefined
    : desk.store.plans.get(planHash).catch((err: unknown) => {
        desk.log.error({ err, plan: planHash }, 'a plan could not be read');
        return undefined;
      });

/** The message of an order that waits for nobody any more: its plan, and how it ended. */
export async function closedCard(desk: Desk, order: Order, title: Text, note: Text): Promise<Card> {
  const plan = await planOf(desk, order);
  return settledCard(plan ? drawn(desk, plan, order.card) : order.card, 'warn', title, note);
}
