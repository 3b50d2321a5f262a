import { recordTo } from '#audit/record.ts';
import type { AuditAction, NewAuditFact } from '#core/audit.ts';
import type { Card } from '#core/card.ts';
import { iso } from '#core/clock.ts';
import type { JsonObject } from '#core/json.ts';
import { isClosed, type Order, type OrderState } from '#core/order.ts';
import type { OrderChange, Repositories } from '#core/store.ts';
import { t } from '#core/text.ts';
import type { Desk } from './desk.ts';

/** What moves an order on: its change, what is written in the audit about it, and whether the card is said in the chat. */
export interface Move {
  readonly from: readonly OrderState[];
  readonly change: OrderChange;
  readonly audit?: { readonly action: AuditAction; readonly by?: Acting; readonly details?: JsonObject };
  /** Other rows that belong to the same moment, made first; undone when the order had moved on. What it gives back joins the change. */
  readonly prepare?: (inside: Repositories) => Promise<OrderChange>;
  /** Where the card is shown: `chat` as the order came, `board` when it concerns others too, `whisper` to the asker only, `quiet` kept in the order only. */
  readonly show?: Audience;
}

export type Audience = 'chat' | 'board' | 'whisper' | 'quiet';

/** Chats that show nothing, and the channel of an order that named none there. */
const nowhere = ['api', 'cli'];
const noChannel = 'api';

/** The name of an order's message. */
export const keyOf = ({ id }: Order): string => `order:${id}`;

/** Where an order was given in a chat; undefined when it came another way. */
export const ownPlace = ({ chat, channel, thread }: Order) =>
  nowhere.includes(chat) ? undefined : { chat, channel, ...(thread === undefined ? {} : { thread }) };

/** Where an order's message stands; undefined when nobody would see it. */
function place(desk: Desk, order: Order, show: Audience) {
  if (show === 'quiet') return undefined;
  const key = keyOf(order);
  const rest = {
    ...(order.thread === undefined ? {} : { thread: order.thread }),
    ...(show === 'whisper' ? { to: order.actor } : {}),
  };
  const own = ownPlace(order);
  if (own) return { key, ...own, ...rest };
  if (order.channel !== noChannel) return { key, chat: desk.board().chat, channel: order.channel, ...rest };
  return show === 'board' ? { key, ...desk.board() } : undefined;
}

/** Who asked, on a message of an order that was given outside any chat: there nobody saw it said. */
async function askedBy(desk: Desk, { actor, chat, via }: Order): Promise<Pick<Card, 'by'>> {
  if (!nowhere.includes(chat)) return {};
  const name = (await desk.person(actor))?.name ?? actor;
  if (chat === 'api') return { by: t(`${name}, from the API`, `${name}, par l’API`) };
  const [en, fr] = via === undefined ? ['', ''] : [` of ${via}`, ` de ${via}`];
  return { by: t(`${name}, from the terminal${en}`, `${name}, depuis le terminal${fr}`) };
}

/** Who did it, and on whose account when it was done in another's name. */
export type Acting = Pick<Order, 'actor' | 'via'>;

/** Who says a word, on whose account. */
export const acting = ({ actor, via }: Order): Acting => ({ actor, ...(via === undefined ? {} : { via }) });

/** The audit fact for something that happened to an order. */
export function factOf(order: Order, action: AuditAction, details: JsonObject = {}, by: Acting = order): NewAuditFact {
  const base = { text: order.text.slice(0, 500), ...(order.command ? { command: order.command } : {}) };
  const via = by.via === undefined ? {} : { via: by.via };
  return { actor: by.actor, ...via, action, orderId: order.id, details: { ...base, ...details } };
}

/** Thrown inside a transaction to undo it: the order had moved on. */
class TooLate extends Error {}

async function unlessLate<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof TooLate) return undefined;
    throw thrown;
  }
}

/** An order and what moves it on. */
interface Moving {
  readonly order: Order;
  readonly next: Move;
}

/** A move with all that is worked out before its commit. */
async function ready(desk: Desk, { order, next }: Moving) {
  const { card } = next.change;
  const clean = card === undefined ? undefined : desk.redactor.card(card);
  const closing = next.change.state !== undefined && isClosed(next.change.state);
  const by = clean === undefined ? {} : await askedBy(desk, order);
  const change: OrderChange = {
    ...next.change,
    ...(clean === undefined ? {} : { card: clean }),
    ...(closing ? { finishedAt: iso(desk.clock) } : {}),
  };
  return { order, next, change, said: clean && { ...clean, ...by } };
}

/** One move inside the commit. */
async function moveInside(
  desk: Desk,
  inside: Repositories,
  { order, next, change, said }: Awaited<ReturnType<typeof ready>>,
): Promise<Order> {
  const prepared = await next.prepare?.(inside);
  const changed = await inside.orders.change(order.id, next.from, { ...change, ...prepared });
  if (!changed) throw new TooLate();
  if (next.audit) {
    const { action, details, by } = next.audit;
    await recordTo(inside.audit, desk.redactor).append(factOf(changed, action, details, by));
  }
  const spot = place(desk, changed, next.show ?? 'chat');
  if (said && spot) await inside.outbox.say({ ...spot, card: said });
  return changed;
}

/**
 * Moves orders to their next states, all of them or none: rows, audit entries and messages are one commit, so nothing
 * happens that is not written down and nothing written down is left unsaid. Undefined when one was no longer in `from`.
 */
export async function moveAll(desk: Desk, moving: readonly Moving[]): Promise<readonly Order[] | undefined> {
  const all = await Promise.all(moving.map((one) => ready(desk, one)));
  const moved = await unlessLate(
    desk.store.transaction(async (inside) => {
      const changed: Order[] = [];
      for (const one of all) changed.push(await moveInside(desk, inside, one));
      return changed;
    }),
  );
  for (const { id, state } of moved ?? []) desk.changes.tell({ kind: 'order', id, state });
  if (moved && all.some(({ said }) => said)) desk.posted();
  return moved;
}

/** Moves one order to its next state; undefined when it was no longer in `from`. */
export const move = async (desk: Desk, order: Order, next: Move): Promise<Order | undefined> =>
  (await moveAll(desk, [{ order, next }]))?.[0];
