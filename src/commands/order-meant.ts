import type { Actor } from '#core/actor.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Order, OrderState } from '#core/order.ts';
import { type Text, t } from '#core/text.ts';
import { canApprove } from './approvers.ts';
import { asItIs } from './cards.ts';
import { isOwn, mayJudge, mayStill, subjectOf } from './consent.ts';
import type { Desk } from './desk.ts';
import { isLate, waitsSince } from './lateness.ts';
import { atWork } from './settle.ts';

/** The states in which an order waits for a yes. */
export const waitingStates: readonly OrderState[] = ['confirming', 'approving'];

/** Also what a stranger to an order is told: it is not there. */
export const noSuchOrder = (id: number): Refusal => ({
  code: 'order.unknown',
  say: t(`There is no order ${id}.`, `Il n’y a pas d’ordre ${id}.`),
  next: t('The number of an order is on its card.', 'Le numéro d’un ordre est sur sa carte.'),
});

const nothingToCancel = t('Nothing here can be cancelled.', 'Il n’y a rien à annuler ici.');

/** What is said to a bare yes or no when nothing waits for it. */
const nothingWaits: Readonly<Record<string, Text>> = {
  confirm: t('Nothing is waiting for a yes here.', 'Rien n’attend de oui ici.'),
  approve: t('Nothing is waiting for an approval here.', 'Rien n’attend d’approbation ici.'),
  deny: t('Nothing is waiting for a no here.', 'Rien n’attend de non ici.'),
};

const nothingHere = (word: string): Refusal => ({
  code: 'order.unknown',
  say: nothingWaits[word] ?? nothingToCancel,
  next: t(`An order has a number: “${word} 12”.`, `Un ordre a un numéro : « ${word} 12 ».`),
});

/** Orders a word can be about. */
interface Candidates {
  readonly states: readonly OrderState[];
  readonly own?: boolean;
  /** Only those that who says it may say yes or no to as they stand; to say yes, only those that still want it of them. */
  readonly judged?: 'yes' | 'no';
  /** Only where it is said in a thread: whoever asked for what goes on there. */
  readonly inThread?: true;
  /** Changes that are being planned, too. */
  readonly planning?: true;
  /** The word does nothing to these: one is told why, of the own ones the newest; several are not offered. */
  readonly vain?: true;
}

/** What each word can be about, when it comes without a number: the first of these that fits exactly one order. */
const candidates: Readonly<Record<string, readonly Candidates[]>> = {
  confirm: [
    { states: ['confirming'], own: true },
    { states: ['approving'], own: true, vain: true },
    { states: ['approving'], own: false, judged: 'yes' },
    { states: waitingStates, vain: true },
  ],
  approve: [
    { states: ['approving'], own: false, judged: 'yes' },
    { states: ['approving'], own: true, vain: true },
    { states: waitingStates, vain: true },
  ],
  deny: [
    { states: waitingStates, own: false, judged: 'no' },
    { states: waitingStates, own: true },
    { states: waitingStates, vain: true },
  ],
  cancel: [
    { states: waitingStates, own: true, planning: true },
    { states: ['queued', 'running'], own: true },
    { states: ['asking'], own: true },
    { states: ['queued', 'running'], inThread: true },
  ],
};

/** Is it an order for a change, rather than a question or a word about another order? */
const isChange = (desk: Desk, { command }: Order): boolean =>
  desk.plugins.commands().some(({ name, kind }) => name === command && kind === 'change');

/** May this actor say yes or no to the order now? */
async function canJudge(desk: Desk, actor: Actor, about: Order): Promise<boolean> {
  const hosts =
    isLate(desk, about) || about.planHash === undefined ? undefined : await desk.store.plans.hosts(about.planHash);
  const subject = hosts && (await subjectOf(desk, about));
  return hosts !== undefined && subject !== undefined && mayJudge(desk, actor, subject, { hosts }).allowed;
}

/** May this actor say it to the order, and would that do something? */
const canSay = async (desk: Desk, actor: Actor, about: Order, what: 'yes' | 'no'): Promise<boolean> =>
  what === 'no' ? canJudge(desk, actor, about) : !isLate(desk, about) && (await canApprove(desk, actor, about));

/** May this actor know of somebody else's order: judge it, or use its command there? */
async function isKnown(desk: Desk, actor: Actor, about: Order): Promise<boolean> {
  if (await canJudge(desk, actor, about)) return true;
  const hosts = about.planHash === undefined ? undefined : await desk.store.plans.hosts(about.planHash);
  const subject = hosts && (await subjectOf(desk, about));
  return hosts !== undefined && subject !== undefined && mayStill(desk, actor, subject, { hosts }).allowed;
}

const newest = (orders: readonly Order[]): readonly Order[] => [...orders].sort((a, b) => b.id - a.id).slice(0, 1);

/** The open orders of one kind of candidates. */
async function openOrders(
  desk: Desk,
  order: Pick<Order, 'id' | 'actor'>,
  actor: Actor,
  kind: Candidates,
  isHere: (one: Order) => boolean,
): Promise<readonly Order[]> {
  const { own, judged, vain, planning } = kind;
  const states = planning ? [...kind.states, ...atWork] : kind.states;
  const here = (await desk.store.orders.inStates(states)).filter(
    (one) => one.id !== order.id && isHere(one) && (!atWork.includes(one.state) || isChange(desk, one)),
  );
  const mine = await Promise.all(here.map((one) => isOwn(desk, actor, one)));
  const open = here.filter((_one, at) => own === undefined || mine[at] === own);
  if (vain) return own || open.length === 1 ? newest(open) : [];
  if (!judged) return open;
  const may = await Promise.all(open.map((one) => canSay(desk, actor, one, judged)));
  return open.filter((_one, at) => may[at]);
}

/** The orders that this actor may say a word to, the newest first. */
export async function ordersFor(desk: Desk, actor: Actor, word: string): Promise<readonly Order[]> {
  const kinds = (candidates[word] ?? []).filter(({ vain, inThread }) => !vain && !inThread);
  const open = await Promise.all(
    kinds.map((kind) => openOrders(desk, { id: 0, actor: actor.id }, actor, kind, () => true)),
  );
  return [...new Map(open.flat().map((one) => [one.id, one])).values()].sort((a, b) => b.id - a.id);
}

/** The order in whose thread another is said. */
const headOf = ({ thread = '' }: Order): number | undefined => {
  const id = /^order:(\d+)$/.exec(thread)?.[1];
  return id === undefined ? undefined : Number(id);
};

/** The orders a verdict may be about: by number, or those that fit, of its thread where it is said in one; one when it is clear. */
async function fittingOrders(
  desk: Desk,
  order: Order,
  actor: Actor,
  word: string,
  args: JsonObject,
): Promise<readonly Order[]> {
  const named = async (id: number): Promise<readonly Order[]> => {
    const found = id === order.id ? undefined : await desk.store.orders.get(id);
    return found ? [found] : [];
  };
  if (typeof args.order === 'number') return named(args.order);
  const head = headOf(order);
  const isHere = ({ id, thread }: Order): boolean => head === undefined || id === head || thread === order.thread;
  for (const kind of candidates[word] ?? []) {
    if (kind.inThread && head === undefined) continue;
    const fitting = await openOrders(desk, order, actor, kind, isHere);
    if (fitting.length > 0) return fitting;
  }
  // It is over, or waits for nothing: the word is told so.
  return head === undefined ? [] : named(head);
}

/** So long after another order was put before others, a bare word may still be meant for that one. */
const inMindMs = 10 * 60_000;

/** The order a word said yes or no to, where it did. */
const spokenOf = ({ command = '', args }: Order): unknown => (command in candidates ? args?.order : undefined);

/** Whether a bare yes, or a bare no to one's own order, can only mean that order: it is the last thing its asker said here. */
async function isLastSaid(desk: Desk, order: Order, about: Order): Promise<boolean> {
  const last = await desk.store.orders.last(50, { actor: order.actor, channel: order.channel });
  const before = last.find((one) => one.id < order.id && one.chat === order.chat && one.thread === order.thread);
  return before?.id === about.id;
}

/** So many orders are looked through for others that were put before somebody. */
const lookedThrough = 1_000;

/** May this order still be on somebody's mind: it waited for others until a moment ago, or waits for its asker's yes? */
const isInMind = ({ state, expiresAt, requirement, finishedAt, createdAt }: Order, said: number): boolean =>
  (state === 'confirming' || (requirement?.approvals ?? 0) > 0) &&
  Date.parse(expiresAt ?? createdAt) > said - inMindMs &&
  Date.parse(finishedAt ?? expiresAt ?? createdAt) > said - inMindMs;

/**
 * Whether a bare word to somebody else's order can only mean that one: it waited when the word was said, and no other
 * waited until a moment ago of which they said nothing yet. That one may be what they have read. Where more was said
 * than can be looked through it may always be another one.
 */
async function isOnlyOne(desk: Desk, order: Order, about: Order): Promise<boolean> {
  const said = Date.parse(order.createdAt);
  if (waitsSince(about) > said) return false;
  const last = await desk.store.orders.last(lookedThrough);
  const oldest = last.at(-1);
  if (last.length === lookedThrough && oldest && Date.parse(oldest.createdAt) > said - inMindMs) return false;
  const spoken = new Set(last.filter(({ actor }) => actor === order.actor).map(spokenOf));
  const others = last.filter(({ id, actor }) => id !== about.id && id < order.id && actor !== order.actor);
  return !others.some((one) => isInMind(one, said) && !spoken.has(one.id));
}

/** Can a bare word only mean that order? */
async function isFresh(desk: Desk, order: Order, word: string, about: Order, own: boolean): Promise<boolean> {
  // In a thread a yes to somebody else's order is for the one at its head.
  if (!own && word !== 'cancel') return headOf(order) === undefined && isOnlyOne(desk, order, about);
  // To an own order that waits for others a yes does nothing, and is told so.
  if (word === 'confirm' && about.state === 'approving') return true;
  // What goes on is looked at before it is stopped; there is only one of it, and to stop is the safe side.
  if (word === 'approve' || (word === 'cancel' && about.runId !== undefined)) return true;
  return isLastSaid(desk, order, about);
}

const onlyOne = (isOwn: boolean): Text =>
  isOwn
    ? t('You said other things since: this one?', 'Vous avez dit autre chose depuis : celui-ci ?')
    : t('Another one waited a moment ago: this one?', 'Un autre attendait il y a un instant : celui-ci ?');

/** What was typed, on one line of its own: nothing in it is markup. */
const shownLine = ({ text }: Order): string => asItIs(text, 60).replace(/[\n\r]+/g, '⏎');

/** So many orders are named of those that a word may be about, and so many offered as lines to tap: the newest. */
const mostNamed = 5;
const mostOffered = 3;

/** Several orders wait, or one that need not be what is meant: which it is, as lines to tap. */
function which(word: string, orders: readonly Order[], say: Text): Meant {
  const sorted = orders.toSorted((one, other) => other.id - one.id);
  const named = sorted.slice(0, mostNamed);
  const left = sorted.length - named.length;
  const lines = (colon: string, more: string) =>
    [...named.map((one) => `- ${one.id}${colon} ${shownLine(one)}`), ...(left > 0 ? [more] : [])].join('\n');
  const instead = sorted.slice(0, mostOffered).map((one) => `${word} ${one.id}`);
  const next = t(lines(':', `- and ${left} more, older ones`), lines(' :', `- et ${left} de plus, antérieurs`));
  return { ok: false, refusal: { code: 'order.which', say, next, details: { instead } }, instead };
}

const several = t('Several orders wait: which one?', 'Plusieurs ordres attendent : lequel ?');

/** Said to a bare yes that confirms nothing, where something waits for another word of whoever says it. */
const forApproval = t(
  'Nothing of yours waits for a yes; for your approval there is:',
  'Rien de vous n’attend de oui ; il y a à approuver :',
);

/** The order a word is about, or why it is not clear; `instead`: the lines that would make it so. */
export type Meant =
  | { readonly ok: true; readonly about: Order }
  | { readonly ok: false; readonly refusal: Refusal; readonly instead?: readonly string[] };

/** Which order a yes or a no is about. */
export async function orderMeant(
  desk: Desk,
  order: Order,
  actor: Actor,
  word: string,
  args: JsonObject,
): Promise<Meant> {
  const [about, ...others] = await fittingOrders(desk, order, actor, word, args);
  const id = typeof args.order === 'number' ? args.order : undefined;
  if (!about) return { ok: false, refusal: id === undefined ? nothingHere(word) : noSuchOrder(id) };
  const own = await isOwn(desk, actor, about);
  if (id === undefined && !own && about.id !== headOf(order) && !(await isKnown(desk, actor, about)))
    return { ok: false, refusal: nothingHere(word) };
  if (
    word === 'confirm' &&
    id === undefined &&
    about.state === 'approving' &&
    !own &&
    (await canSay(desk, actor, about, 'yes'))
  )
    return which('approve', [about, ...others], forApproval);
  const isNamed = id !== undefined || about.id === headOf(order);
  if (others.length === 0 && (isNamed || (await isFresh(desk, order, word, about, own)))) return { ok: true, about };
  return which(word, [about, ...others], others.length === 0 ? onlyOne(own) : several);
}
