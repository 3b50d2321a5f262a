import { recordTo } from '#audit/record.ts';
import type { Redactor } from '#audit/redact.ts';
import type { Card } from '#core/card.ts';
import { type Clock, iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { ofACopyCode } from '#core/run.ts';
import type { Repositories, Store } from '#core/store.ts';
import { join, t } from '#core/text.ts';
import { settledCard } from './cards.ts';
import { factOf, keyOf, ownPlace } from './record.ts';

const open = ['received', 'working', 'asking', 'confirming', 'approving'] as const;

const refusalOf = ({ id }: Order): Refusal => ({
  code: 'order.of_a_copy',
  say: t(
    `Order ${id} was open when the copy was made that was put back; it may have been carried out since.`,
    `L’ordre ${id} était ouvert quand a été faite la copie remise en place ; il a peut-être été exécuté depuis.`,
  ),
  next: t('Look whether it was done, then send it again.', 'Regardez s’il a été fait, puis renvoyez-le.'),
});

interface Recording {
  readonly clock: Clock;
  readonly redactor: Redactor;
}

async function close(inside: Repositories, order: Order, { clock, redactor }: Recording): Promise<void> {
  const refusal = refusalOf(order);
  const card = settledCard(order.card, 'warn', refusal.say, refusal.next ?? '');
  const changed = await inside.orders.change(order.id, open, {
    state: 'cancelled',
    finishedAt: iso(clock),
    refusal,
    card,
  });
  if (!changed) return;
  const fact = factOf(changed, 'order.cancelled', { code: refusal.code }, { actor: 'service:command-line' });
  await recordTo(inside.audit, redactor).append(fact);
  await say(inside, order, card);
}

/** Puts an order's card in the place of the one that is shown; who asked for it stays. */
async function say(inside: Repositories, order: Order, card: Card): Promise<void> {
  const key = keyOf(order);
  const shown = await inside.outbox.get(key);
  const place = shown ?? ownPlace(order);
  if (place)
    await inside.outbox.say({ ...place, key, card: { ...card, ...(shown?.card.by ? { by: shown.card.by } : {}) } });
}

/** The message of a run that could be gone on with, and cannot any more. */
async function closeRun(inside: Repositories, order: Order): Promise<void> {
  const run = order.runId === undefined ? undefined : await inside.runs.get(order.runId);
  if (!order.card || run?.refusal?.code !== ofACopyCode) return;
  const { say: why, next } = run.refusal;
  const actions = (order.card.actions ?? []).filter(({ line }) => line !== `runs resume ${run.id}`);
  const card: Card = { ...order.card, text: join([why, ...(next === undefined ? [] : [next])], '\n\n'), actions };
  if (await inside.orders.change(order.id, [order.state], { card })) await say(inside, order, card);
}

/**
 * In a copy of a store that takes its place, once its runs are ended: an order that was open is not carried out, perhaps
 * for the second time, and no message offers to go on with a run.
 */
export async function closeOrdersOfACopy(store: Store, recording: Recording): Promise<void> {
  for (const order of await store.orders.inStates(open))
    await store.transaction((inside) => close(inside, order, recording));
  for (const order of await store.orders.inStates(['interrupted', 'cancelled', 'failed']))
    await store.transaction((inside) => closeRun(inside, order));
}
