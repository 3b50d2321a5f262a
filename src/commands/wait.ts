import type { Card } from '#core/card.ts';
import type { Order } from '#core/order.ts';
import type { Requirement } from '#core/policy.ts';
import type { OrderChange } from '#core/store.ts';
import { approvingCard } from './cards.ts';
import type { Desk } from './desk.ts';
import { move } from './record.ts';

/** Puts the plan before others. */
export async function waitForApprovals(
  desk: Desk,
  order: Order,
  asker: string,
  card: Card,
  change: OrderChange & { readonly requirement: Requirement; readonly expiresAt: string },
  from: readonly Order['state'][],
): Promise<void> {
  const waiting = approvingCard(card, order, asker, change.requirement.demands, change.expiresAt, desk.clock.now());
  await move(desk, order, { from, change: { ...change, state: 'approving', card: waiting }, show: 'board' });
}
