import type { ActorId } from '#core/actor.ts';
import type { Run } from '#core/run.ts';
import type { ConsoleMessage } from '#core/store.ts';
import { cardFor } from './may-tap.ts';
import { actorView } from './names.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireMessage, WireRun, WireVia } from './protocol.ts';
import { seesContent, seesOrder } from './reader.ts';

/** The first part of a person's message key says how it came to be. */
const vias: Readonly<Record<string, WireVia>> = { said: 'typed', tap: 'tap', form: 'form' };

/** How many replies this reader sees in a thread. */
const repliesIn = async (thread: string, reader: ActorId, { messages }: ConsoleOptions): Promise<number> =>
  (await messages.thread({ thread, reader })).filter((reply) => reply.key !== thread).length;

/** A message as one reader sees it. Whether they may was asked before. */
export const messageView = async (
  message: ConsoleMessage,
  reader: ActorId,
  options: ConsoleOptions,
): Promise<WireMessage> => {
  const { to, author, card, ...rest } = message;
  const via = author === undefined ? undefined : vias[message.key.split(':', 1)[0] ?? ''];
  return {
    ...rest,
    ...(card === undefined ? {} : { card: await cardFor(card, reader, options) }),
    onlyYou: to !== undefined,
    mine: author === reader,
    replies: await repliesIn(message.thread ?? message.key, reader, options),
    ...(author === undefined ? {} : { author: await actorView(author, options) }),
    ...(via === undefined ? {} : { via }),
  };
};

/** The messages as one reader sees them. */
export const messageViews = (
  messages: readonly ConsoleMessage[],
  reader: ActorId,
  options: ConsoleOptions,
): Promise<WireMessage[]> => Promise.all(messages.map((message) => messageView(message, reader, options)));

/** A run as one reader sees it; undefined when it is not theirs to see. */
export const runView = async (run: Run, reader: ActorId, options: ConsoleOptions): Promise<WireRun | undefined> => {
  const order = await options.orders.get(run.orderId);
  if (order === undefined || !(await seesOrder(order, reader, options))) return;
  const { id, orderId, state, recap, resumes, queuedAt, startedAt, finishedAt, refusal } = run;
  return {
    id,
    orderId,
    actor: await actorView(run.actor, options),
    text: (await seesContent(order, reader, options)) ? options.redact(order.text) : run.request.playbook,
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
