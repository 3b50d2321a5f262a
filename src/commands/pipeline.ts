import type { ActorId } from '#core/actor.ts';
import { type Incoming, longestLine, type Receipt, type Receiver } from '#core/chat.ts';
import { iso } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Order, OrderState } from '#core/order.ts';
import { type Text, t } from '#core/text.ts';
import { type Completion, complete } from './complete.ts';
import type { Desk } from './desk.ts';
import { followRuns, refresh } from './follow.ts';
import { createLanes } from './lanes.ts';
import { move } from './record.ts';
import { fail, refuse } from './settle.ts';
import { closedCard } from './wait.ts';
import { knownNow, permitted, work } from './work.ts';

/** How often orders that wait are looked at for their time being over. */
const sweepMs = 2_000;

/** How soon an order is worked on again that the store would not let end, the first time and at most. */
const firstAgainMs = 1_000;
const longestAgainMs = 30_000;

const tooMany: Refusal = {
  code: 'order.too_many',
  say: t(
    'Too many of your orders wait already; nothing was done.',
    'Trop de vos ordres attendent déjà ; rien n’a été fait.',
  ),
  next: t('Send it again once they are answered.', 'Renvoyez-le quand ils auront leur réponse.'),
  retryable: true,
};

/** An order that so many starts have found open is likely why they were needed. */
const mostTakenUp = 3;

const givenUp: Refusal = {
  code: 'order.given_up',
  say: t(
    'I went down several times while this order was open; I gave it up.',
    'Je suis tombé plusieurs fois pendant que cet ordre était ouvert ; je l’ai abandonné.',
  ),
  next: t(
    'Nothing more was done. Look into the log of the bot before you send it again.',
    'Rien de plus n’a été fait. Regardez le journal du bot avant de le renvoyer.',
  ),
};

/** Orders somebody has to work on: not understood yet, or not carried through. */
const openStates: readonly OrderState[] = ['received', 'working'];

/** The order path: events in, messages out through the store's outbox. */
export interface Pipeline extends Receiver {
  /** Takes up what was accepted before the bot stopped; call once. Events that arrive before that wait for it. */
  recover(): Promise<void>;
  complete(actor: ActorId, line: string): Promise<readonly Completion[]>;
  /** Resolves when no order is being worked on. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the order path over a desk. */
export function createPipeline(desk: Desk): Pipeline {
  const stopping = new AbortController();
  const underway = new Set<Promise<void>>();
  const following = followRuns(desk, stopping.signal);

  const waiting = new Set<NodeJS.Timeout>();

  /** Until then an event would be taken for one of the last life, and its order begun twice. */
  const recovered = Promise.withResolvers<void>();

  const lanes = createLanes();

  /** What is not begun when the bot stops is taken up at its next start. */
  const begin = async (order: Order, about: string | undefined): Promise<void> => {
    if (stopping.signal.aborted) return;
    if ((order.takenUp ?? 0) > mostTakenUp) await fail(desk, order, givenUp);
    else await work(desk, order, about, stopping.signal);
  };

  const start = (order: Order, about: string | undefined, againMs = firstAgainMs) => {
    const task = lanes
      .take(order.actor, () => begin(order, about))
      .catch((cause: unknown) => {
        desk.log.error({ err: cause, order: order.id }, 'an order is left as it is until the store works again');
        if (!stopping.signal.aborted) later(order, about, againMs);
      });
    underway.add(task);
    task.finally(() => underway.delete(task));
  };

  /** Takes an order up again that could not even be refused. */
  const later = (order: Order, about: string | undefined, againMs: number) => {
    const timer = setTimeout(async () => {
      waiting.delete(timer);
      const present = await desk.store.orders.get(order.id).catch(() => order);
      if (present && openStates.includes(present.state)) start(present, about, Math.min(againMs * 2, longestAgainMs));
    }, againMs);
    waiting.add(timer);
  };

  const receive = async (incoming: Incoming): Promise<Receipt> => {
    await recovered.promise;
    const { eventId, actor } = incoming;
    const full = lanes.isFull(actor);
    const order = await desk.store.transaction(async (inside) => {
      if (!(await inside.inbox.add({ ...incoming, text: lineOf(desk, incoming) }))) return undefined;
      const added = await inside.orders.add(orderOf(desk, incoming));
      await inside.inbox.settle(eventId, added.id);
      return added;
    });
    if (!order) return { status: 'duplicate', eventId, ...(await accepted(desk, incoming)) };
    desk.changes.tell({ kind: 'order', id: order.id });
    if (full) await refuse(desk, order, tooMany).catch(() => start(order, incoming.about));
    else if (!stopping.signal.aborted) start(order, incoming.about);
    return { status: 'accepted', eventId, order: order.id };
  };

  const sweep = setInterval(() => {
    expire(desk).catch((cause: unknown) => desk.log.error({ err: cause }, 'expired orders could not be closed'));
  }, sweepMs);

  return {
    receive,
    async recover() {
      for (const order of await desk.store.orders.inStates(openStates))
        start(await counted(desk, order), await aboutOf(desk, order));
      for (const order of await desk.store.orders.inStates(['queued', 'running']))
        await takeUp(desk, order, stopping.signal).catch((cause: unknown) => {
          desk.log.error({ err: cause, order: order.id }, 'an order cannot be taken up now');
          if (order.runId === undefined) return;
          following.show(order.runId);
          desk.runner.enqueue(order.runId);
        });
      recovered.resolve();
    },
    async complete(actorId, line) {
      const actor = await desk.person(actorId);
      return actor ? complete(line.slice(0, longestLine), permitted(desk, actor), knownNow(desk)) : [];
    },
    async idle() {
      while (underway.size > 0) await Promise.all(underway);
    },
    async stop() {
      stopping.abort();
      recovered.resolve();
      clearInterval(sweep);
      for (const timer of waiting) clearTimeout(timer);
      following.stop();
      await Promise.allSettled(underway);
    },
  };
}

/** The order that an event already has. Its line is compared as it would be kept now: a secret may have become known since. */
async function accepted(desk: Desk, incoming: Incoming): Promise<Pick<Receipt, 'order' | 'differs'>> {
  const order = await desk.store.orders.byEvent(incoming.eventId);
  if (!order) return {};
  return desk.redactor.text(order.text) === lineOf(desk, incoming)
    ? { order: order.id }
    : { order: order.id, differs: true };
}

/** What is kept of a line: no secret, and of one that is too long only enough to refuse it. */
const lineOf = (desk: Desk, incoming: Incoming): string => desk.redactor.text(incoming.text).slice(0, longestLine + 1);

/** A new order's row, from the event as it came. */
function orderOf(desk: Desk, incoming: Incoming): Omit<Order, 'id'> {
  return {
    eventId: incoming.eventId,
    kind: incoming.kind,
    chat: incoming.chat,
    channel: incoming.channel,
    ...(incoming.thread === undefined ? {} : { thread: incoming.thread }),
    actor: incoming.actor,
    ...(incoming.via === undefined ? {} : { via: incoming.via }),
    text: lineOf(desk, incoming),
    confirmed: incoming.confirmed === true,
    state: 'received',
    createdAt: iso(desk.clock),
  };
}

/** The order, with this start counted; where that cannot be stored, as it is. */
async function counted(desk: Desk, order: Order): Promise<Order> {
  const change = { takenUp: (order.takenUp ?? 0) + 1 };
  const kept = await desk.store.orders.change(order.id, openStates, change).catch((cause: unknown) => {
    desk.log.error({ err: cause, order: order.id }, 'it cannot be counted how often an order was taken up');
    return undefined;
  });
  return kept ?? order;
}

/** The message that an order came from; where that cannot be read, it is carried out all the same. */
const aboutOf = (desk: Desk, { id, eventId }: Order): Promise<string | undefined> =>
  desk.store.inbox.about(eventId).catch((cause: unknown) => {
    desk.log.error({ err: cause, order: id }, 'it cannot be read what an order was about');
    return undefined;
  });

/** An order whose run was queued or running when the bot stopped. */
async function takeUp(desk: Desk, order: Order, signal: AbortSignal): Promise<void> {
  const run = order.runId === undefined ? undefined : await desk.store.runs.get(order.runId);
  if (run?.state === 'queued') desk.runner.enqueue(run.id);
  else if (run) await refresh(desk, run.id, signal);
}

/** Why an order expires. */
const tooLate = async (desk: Desk, { id, state }: Order): Promise<Text> =>
  state === 'approving' && (await desk.store.approvals.of(id)).some(({ verdict }) => verdict === 'approved')
    ? t(
        'Not all approvals came in time; nothing was run.',
        'Les accords ne sont pas tous venus à temps ; rien n’a été exécuté.',
      )
    : t('Nobody answered in time; nothing was run.', 'Personne n’a répondu à temps ; rien n’a été exécuté.');

/** Closes the orders whose confirmation, approval or missing argument did not come in time; one that cannot be keeps no other. */
async function expire(desk: Desk): Promise<void> {
  const now = desk.clock.now();
  for (const order of await desk.store.orders.inStates(['asking', 'confirming', 'approving'])) {
    if (order.expiresAt === undefined || Date.parse(order.expiresAt) > now) continue;
    await close(desk, order).catch((cause: unknown) =>
      desk.log.error({ err: cause, order: order.id }, 'an expired order could not be closed'),
    );
  }
}

async function close(desk: Desk, order: Order): Promise<void> {
  const title = t(`Order ${order.id} expired`, `L’ordre ${order.id} a expiré`);
  const card = await closedCard(desk, order, title, await tooLate(desk, order));
  await move(desk, order, {
    from: [order.state],
    change: { state: 'expired', card },
    audit: { action: 'order.expired', by: { actor: 'service:quarterdeck' } },
    show: 'board',
  });
}
