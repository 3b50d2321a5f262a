import type { Order } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import type { Requirement } from '#core/policy.ts';
import type { OrderChange } from '#core/store.ts';
import { wantedOf } from './approvers.ts';
import { approvingCard } from './cards.ts';
import type { Desk } from './desk.ts';
import { amid, inTheMiddle, underWay } from './meanwhile.ts';
import { titleOf } from './queue.ts';
import { move } from './record.ts';

/** Puts the plan before others. */
export async function waitForApprovals(
  desk: Desk,
  order: Order,
  asker: string,
  plan: Plan,
  change: OrderChange & { readonly requirement: Requirement; readonly expiresAt: string },
  from: readonly Order['state'][],
): Promise<void> {
  const { requirement, expiresAt } = change;
  const title = titleOf(plan);
  const other = await amid(desk, plan, await underWay(desk));
  const card = approvingCard(inTheMiddle(desk.cards.plan(plan, title), other), order, {
    ...{ title, asker, requirement, until: expiresAt, now: desk.clock.now() },
    wanted: await wantedOf(desk, order, plan, requirement),
  });
  await move(desk, order, { from, change: { ...change, state: 'approving', card }, show: 'board' });
}
