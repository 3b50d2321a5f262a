import type { ActorId } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { ConsoleOptions } from './options.ts';

const aboutOrder = /^(confirm|approve|deny) (\d{1,15})$/;

/** The card with the yes and no that this reader may give: a confirmation is its asker's, an approval is others'. */
export async function cardFor(card: Card, reader: ActorId, options: ConsoleOptions): Promise<Card> {
  const { actions } = card;
  if (!actions?.some(({ line }) => aboutOrder.test(line))) return card;
  const may = await Promise.all(actions.map(({ line }) => mayTap(line, reader, options)));
  return { ...card, actions: actions.filter((_action, index) => may[index]) };
}

async function mayTap(line: string, reader: ActorId, { orders, approvers }: ConsoleOptions): Promise<boolean> {
  const [, word, id] = aboutOrder.exec(line) ?? [];
  const order = id === undefined ? undefined : await orders.get(Number(id));
  if (order === undefined) return true;
  return word === 'confirm' ? order.actor === reader : (await approvers(order.id)).includes(reader);
}
