import type { ActorId } from '#core/actor.ts';
import type { Order } from '#core/order.ts';
import type { Run } from '#core/run.ts';
import type { ConsoleMessage } from '#core/store.ts';
import { visible } from '#core/visible.ts';
import { cardFor } from './may-tap.ts';
import { actorView } from './names.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireMessage, WireRun, WireVia } from './protocol.ts';
import { seesContent, seesOrder } from './reader.ts';

/** The first part of a person's message key says how it came to be. */
const vias: Readonly<Record<string, WireVia>> = { said: 'typed', tap: 'tap', form: 'form' };

const threadOf = (message: ConsoleMessage): string => message.thread ?? message.key;

/** A message as one reader sees it, with the replies of its thread counted. Whether they may was asked before. */
const viewOf = async (
  message: ConsoleMessage,
  counts: ReadonlyMap<string, number>,
  reader: ActorId,
  options: ConsoleOptions,
): Promise<WireMessage> => {
  const { to, author, card, ...rest } = message;
  const via = author === undefined ? undefined : vias[message.key.split(':', 1)[0] ?? ''];
  return {
    ...rest,
    ...(rest.text === undefined ? {} : { text: visible(rest.text) }),
    ...(card === undefined ? {} : { card: await cardFor(card, reader, options) }),
    onlyYou: to !== undefined,
    mine: author === reader,
    replies: counts.get(threadOf(message)) ?? 0,
    ...(author === undefined ? {} : { author: await actorView(author, options) }),
    ...(via === undefined ? {} : { via }),
  };
};

/** Who may approve or deny an order is asked once for all of its buttons on a page. */
const askedOnce = (ask: ConsoleOptions['approvers']): ConsoleOptions['approvers'] => {
  const asked = new Map<number, ReturnType<typeof ask>>();
  return (order) => {
    const answer = asked.get(order) ?? ask(order);
    asked.set(order, answer);
    return answer;
  };
};

/** The messages as one reader sees them; the replies of all their threads are counted with one question. */
export const messageViews = async (
  messages: readonly ConsoleMessage[],
  reader: ActorId,
  options: ConsoleOptions,
): Promise<WireMessage[]> => {
  const threads = [...new Set(messages.map(threadOf))];
  const counts = await options.messages.replies({ threads, reader });
  const once: ConsoleOptions = { ...options, approvers: askedOnce(options.approvers) };
  return Promise.all(messages.map((message) => viewOf(message, counts, reader, once)));
};

/** One message as one reader sees it. */
export const messageView = async (
  message: ConsoleMessage,
  reader: ActorId,
  options: ConsoleOptions,
): Promise<WireMessage> => {
  const counts = await options.messages.replies({ threads: [threadOf(message)], reader });
  return viewOf(message, counts, reader, options);
};

/** What began a run: the order of the first of those it goes on with. */
const begunBy = async (run: Run, order: Order, { runs, orders }: ConsoleOptions): Promise<Order> => {
  const seen = new Set<number>();
  let first = run;
  while (first.resumes !== undefined && !seen.has(first.id)) {
    seen.add(first.id);
    const before = await runs.get(first.resumes);
    if (before === undefined) return order;
    first = before;
  }
  return (await orders.get(first.orderId)) ?? order;
};

/** What a run is called: the line it began with, to who may read that; else its playbook. */
const nameOf = async (run: Run, order: Order, whole: boolean, reader: ActorId, options: ConsoleOptions) => {
  const begun = run.resumes === undefined ? order : await begunBy(run, order, options);
  const may = begun === order ? whole : await seesContent(begun, reader, options);
  return may ? visible(options.redact(begun.text)) : run.request.playbook;
};

/** A run as one reader sees it; undefined when it is not theirs to see. */
export const runView = async (run: Run, reader: ActorId, options: ConsoleOptions): Promise<WireRun | undefined> => {
  const order = await options.orders.get(run.orderId);
  const whole = order !== undefined && (await seesContent(order, reader, options));
  if (order === undefined || !(whole || (await seesOrder(order, reader, options)))) return;
  const { id, orderId, state, recap, resumes, queuedAt, startedAt, finishedAt, refusal } = run;
  return {
    id,
    orderId,
    actor: await actorView(run.actor, options),
    text: await nameOf(run, order, whole, reader, options),
    channel: order.channel,
    playbook: run.request.playbook,
    state,
    recap,
    queuedAt,
    ...(refusal === undefined ? {} : { reason: refusal.say }),
    ...(resumes === undefined ? {} : { resumes }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  };
};
