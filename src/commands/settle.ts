import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order, OrderState } from '#core/order.ts';
import type { OrderChange } from '#core/store.ts';
import { failedCard, refusedCard } from './cards.ts';
import type { Desk } from './desk.ts';
import { type Audience, type Move, move } from './record.ts';
import { tellingWritten } from './told-hosts.ts';

/** The states an order can be refused from while it is being worked on. */
export const atWork: readonly OrderState[] = ['received', 'working'];

/** Ends an order with a no: said, and written down. It names no host that the line does not. */
export const refuse = (
  desk: Desk,
  order: Order,
  whole: Refusal,
  instead: readonly string[] = [],
  show: Audience = 'chat',
  card?: Card,
): Promise<Order | undefined> => {
  const refusal = tellingWritten(order, whole);
  return move(desk, order, {
    from: atWork,
    show,
    change: { state: 'refused', refusal, card: card ?? refusedCard(refusal, instead) },
    audit: { action: 'order.refused', details: { code: refusal.code, ...named(refusal) } },
  });
};

/** Ends an order that could not be carried out. One whose run is queued ends with its run, and not before. */
export const fail = (
  desk: Desk,
  order: Order,
  refusal: Refusal,
  card: Card = failedCard(refusal),
): Promise<Order | undefined> =>
  move(desk, order, {
    from: [...atWork, 'confirming', 'approving'],
    change: { state: 'failed', refusal, card },
    audit: { action: 'order.finished', details: { state: 'failed', code: refusal.code } },
  });

/** What ends an order that is done. */
const doneMove = (card: Card, details: JsonObject = {}, show: Audience = 'chat', change: OrderChange = {}): Move => ({
  from: atWork,
  show,
  change: { ...change, state: 'done', card },
  audit: { action: 'order.finished', details: { state: 'done', ...details } },
});

/** Ends an order that is done. */
export const done = (
  desk: Desk,
  order: Order,
  card: Card,
  ...more: [details?: JsonObject, show?: Audience, change?: OrderChange]
): Promise<Order | undefined> => move(desk, order, doneMove(card, ...more));

const named = (refusal: Refusal): JsonObject => (refusal.details === undefined ? {} : { about: refusal.details });

/** Where a tap is answered: one that was held was told so in a message of its own, which would stay as it is. */
const ofTap = ({ kind, card }: Order, audience: Audience): Audience =>
  kind === 'action' && card === undefined ? audience : 'chat';

/** The answer to a word about another order: a tap is answered on that order's own message, so only a no is whispered. */
export const verdictRefused = (desk: Desk, order: Order, refusal: Refusal, card?: Card): Promise<Order | undefined> =>
  refuse(desk, order, refusal, [], ofTap(order, 'whisper'), card);

/** The same for a yes, or a no that was heard. */
export const verdictMove = (order: Order, card: Card, details: JsonObject, change: OrderChange = {}): Move =>
  doneMove(card, details, ofTap(order, 'quiet'), change);

export const verdictDone = (
  desk: Desk,
  order: Order,
  ...rest: [card: Card, details: JsonObject, change?: OrderChange]
): Promise<Order | undefined> => move(desk, order, verdictMove(order, ...rest));
