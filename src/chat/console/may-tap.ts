import { type ActorId, isSamePerson } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { ConsoleOptions } from './options.ts';

const aboutOrder = /^(confirm|approve|deny|cancel) (\d{1,15})$/;

/** The card with what this reader may say to it: a confirmation and taking it back are its asker's, an approval is others'. */
export async function cardFor(card: Card, reader: ActorId, options: ConsoleOptions): Promise<Card> {
  const { actions } = card;
  if (!actions?.some(({ line }) => aboutOrder.test(line))) return card;
  const may = await Promise.all(actions.map(({ line }) => mayTap(line, reader, options)));
  return { ...card, actions: actions.filter((_action, index) => may[index]) };
}

async function mayTap(line: string, reader: ActorId, { orders, approvers, people }: ConsoleOptions): Promise<boolean> {
  const [, word, id] = aboutOrder.exec(line) ?? [];
  const order = id === undefined ? undefined : await orders.get(Number(id));
  if (order === undefined) return true;
  // To stop what runs is not taking back: whoever has the right on its hosts may.
  if (word === 'cancel' && order.state !== 'confirming' && order.state !== 'approving') return true;
  return word === 'confirm' || word === 'cancel'
    ? isSamePerson((await people.get(order.actor)) ?? { id: order.actor }, (await people.get(reader)) ?? { id: reader })
    : (await approvers(order.id))[word === 'approve' ? 'approve' : 'deny'].includes(reader);
}
