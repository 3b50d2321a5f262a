import type { Order } from '#core/order.ts';
import type { Desk } from './desk.ts';
import { move } from './record.ts';

/** Refusals that say that the time for something is over: the same tap can never do anything again. */
const over: ReadonlySet<string> = new Set([
  'run.over',
  'run.already_resumed',
  'run.not_resumable',
  'run.of_a_copy',
  'order.not_waiting',
  'order.expired',
]);

/** The number of the order whose message this key names. */
export const orderOfKey = (key: string): number | undefined => {
  const id = Number(/^order:(\d+)$/.exec(key)?.[1]);
  return Number.isSafeInteger(id) ? id : undefined;
};

/** Takes a button from an old message when what it says was refused because its time is over. */
export async function dropStale(desk: Desk, tapped: Order, about: string): Promise<void> {
  const [answered, id] = [await desk.store.orders.get(tapped.id), orderOfKey(about)];
  if (tapped.kind !== 'action' || id === undefined || !over.has(answered?.refusal?.code ?? '')) return;
  const old = await desk.store.orders.get(id);
  // What was refused may have been told to one person only: that message is left as it is.
  if (!old?.card?.actions || old.state === 'refused') return;
  const actions = old.card.actions.filter(({ line }) => line !== tapped.text);
  if (actions.length === old.card.actions.length) return;
  await move(desk, old, { from: [old.state], change: { card: { ...old.card, actions } }, show: 'board' });
}
