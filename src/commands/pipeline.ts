import type { ActorId } from '#core/actor.ts';
import { type Incoming, longestLine, type Receipt, type Receiver } from '#core/chat.ts';
import { iso } from '#core/clock.ts';
import { Fault, type Refusal, refusalOf } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import type { Run } from '#core/run.ts';
import { type Text, t } from '#core/text.ts';
import { within } from '#core/within.ts';
import { watchAway } from './away.ts';
import { mayBegin } from './begin.ts';
import { type Completion, complete, typingOf } from './complete.ts';
import { isApproved } from './consent.ts';
import type { Desk } from './desk.ts';
import { filledLine } from './filled-line.ts';
import { followRuns, refresh } from './follow.ts';
import { createHeld } from './held.ts';
import { createLanes } from './lanes.ts';
import { isLate, waitsFromLater } from './lateness.ts';
import { offeredTo } from './offered.ts';
import { move } from './record.ts';
import { atWork, fail, refuse } from './settle.ts';
import { createTakings, givenUp, isHopeless, isSuspect, quietMs } from './taken-up.ts';
import { closedCard } from './wait.ts';
import { allCommands, hold, knownNow, offeringTo, wordIn, work } from './work.ts';

/** How often orders that wait are looked at for their time being over. */
const sweepMs = 2_000;

/** How long the bot waits for one that is taken up alone, and for all others before it. */
const aloneMs = 10_000;

const tooMany: Refusal = {
  code: 'order.too_many',
  say: t(
    'Too many of your orders wait already; nothing was done.',
    'Trop de vos ordres attendent déjà ; rien n’a été fait.',
  ),
  next: t('Send it again once they are answered.', 'Renvoyez-le quand ils auront leur réponse.'),
  retryable: true,
};

const heldOrders: Refusal = {
  code: 'order.held',
  say: t(
    'Orders wait: what is done cannot be written down, so nothing is done.',
    'Des ordres attendent : rien ne peut être consigné, donc rien n’est fait.',
  ),
  next: t(
    'The log says what the store lacks; they are tried again by themselves.',
    'Le journal dit ce qui manque à la base ; ils sont réessayés d’eux-mêmes.',
  ),
  retryable: true,
};

const noIsHeld: Refusal = {
  code: 'order.no_is_held',
  say: t(
    'A no that was said before is not written down yet; nothing was started.',
    'Un non dit avant n’est pas encore consigné ; rien n’a été commencé.',
  ),
  next: t('I try again by myself until I can.', 'Je réessaie de moi-même jusqu’à ce que je le puisse.'),
  retryable: true,
};

/** The order path: events in, messages out through the store's outbox. */
export interface Pipeline extends Receiver {
  /** Takes up what was accepted before the bot stopped; call once. Events that arrive before that wait for it. */
  recover(): Promise<void>;
  /** Why a run that waits in the queue may not begin; throws while a no to it is held. */
  mayBegin(run: Run): Promise<Refusal | undefined>;
  complete(actor: ActorId, line: string): Promise<readonly Completion[]>;
  /** The line that sending a form is: with its values, as somebody would type it. */
  filled(line: string, values: Readonly<Record<string, string>>): string;
  /** Why orders that were accepted wait now, where the store or the audit lets none end. */
  held(): Refusal | undefined;
  /** Resolves when no order is being worked on. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/** Builds the order path over a desk. */
export function createPipeline(desk: Desk): Pipeline {
  const stopping = new AbortController();
  const underway = new Set<Promise<unknown>>();
  const following = followRuns(desk, stopping.signal);
  const takings = createTakings(desk);
  const away = watchAway(desk);

  /** Until then an event would be taken for one of the last life, and its order begun twice. */
  const recovered = Promise.withResolvers<void>();

  const lanes = createLanes();
  /** A word about an order never waits for what its actor asked before: least of all the one that stops it. */
  const wordLanes = createLanes();
  const laneOf = (order: Pick<Order, 'text' | 'thread'>) => (wordIn(desk, order) ? wordLanes : lanes);

  const track = <T>(task: Promise<T>): Promise<T> => {
    underway.add(task);
    const over = () => underway.delete(task);
    task.then(over, over);
    return task;
  };

  const held = createHeld({
    again: (order, about) => void track(again(order, about)),
    wordOf: (order) => wordIn(desk, order),
    now: desk.clock.now,
  });

  /** A yes is not carried out while a no that was said is held: that one came first. */
  const isTooSoon = (order: Order): boolean => {
    const word = wordIn(desk, order);
    return (word?.name === 'confirm' || word?.name === 'approve') && held.isInTheWay(word.order);
  };

  /** What is not begun when the bot stops is taken up at its next start. */
  const take = (order: Order, about: string | undefined, task: () => Promise<unknown>): Promise<void> => {
    const begun = laneOf(order).take(order.actor, async () => {
      if (stopping.signal.aborted) return;
      if (isTooSoon(order)) throw new Fault(noIsHeld);
      await task();
      held.done(order);
    });
    return track(
      begun.catch(async (cause: unknown) => {
        desk.log.error({ err: cause, order: order.id }, 'an order is left as it is until the store works again');
        const refusal = refusalOf(cause);
        if (refusal?.code === noIsHeld.code) await hold(desk, order, refusal);
        if (!stopping.signal.aborted) held.put(order, about);
      }),
    );
  };

  const start = (order: Order, about: string | undefined): Promise<void> =>
    take(order, about, () => work(desk, order, about, stopping.signal));

  /** Takes up an order that was open when the bot stopped. */
  const takeUpOrder = (order: Order, about: string | undefined): Promise<void> =>
    take(order, about, async () => {
      if (isHopeless(order)) await fail(desk, order, givenUp);
      else await takings.counted(order, (taken) => work(desk, taken, about, stopping.signal));
    });

  /** Tries an order again that could not even be refused. */
  const again = async (before: Order, about: string | undefined): Promise<void> => {
    const order = await desk.store.orders.get(before.id).catch(() => before);
    if (order && atWork.includes(order.state)) await start(order, about);
    else held.done(before);
  };

  /** All that was open begins at once; what the bot may have gone down with comes after, each alone, and later each time. */
  const takeUpAll = (open: readonly Order[]): void => {
    for (const order of open) held.note(order);
    const begin = async (order: Order) => takeUpOrder(order, await aboutOf(desk, order));
    const upAt = performance.now();
    const innocent = open.filter((one) => !isSuspect(one));
    const suspects = open.filter(isSuspect).toSorted((one, other) => quietMs(one) - quietMs(other));
    const all = innocent.map(begin);
    track(
      (async () => {
        if (suspects.length > 0) await within(aloneMs, Promise.all(all), stopping.signal);
        for (const order of suspects) {
          await within(upAt + quietMs(order) - performance.now(), Promise.withResolvers().promise, stopping.signal);
          if (!stopping.signal.aborted) await within(aloneMs, begin(order), stopping.signal);
        }
      })(),
    );
  };

  const receive = async (incoming: Incoming): Promise<Receipt> => {
    await recovered.promise;
    const { eventId, actor } = incoming;
    const full = laneOf(incoming).isFull(actor);
    const order = await desk.store.transaction(async (inside) => {
      if (!(await inside.inbox.add({ ...incoming, text: lineOf(desk, incoming) }))) return undefined;
      const added = await inside.orders.add(orderOf(desk, incoming));
      await inside.inbox.settle(eventId, added.id);
      return added;
    });
    if (!order) return { status: 'duplicate', eventId, ...(await accepted(desk, incoming)) };
    desk.changes.tell({ kind: 'order', id: order.id });
    if (full) await refuse(desk, order, tooMany).catch(() => held.put(order, incoming.about));
    else if (!stopping.signal.aborted) void start(order, incoming.about);
    return { status: 'accepted', eventId, order: order.id };
  };

  const sweep = setInterval(() => {
    expire(desk).catch((cause: unknown) => desk.log.error({ err: cause }, 'expired orders could not be closed'));
  }, sweepMs);

  return {
    receive,
    async recover() {
      await away.look();
      takeUpAll(await desk.store.orders.inStates(atWork));
      for (const order of await desk.store.orders.inStates(['queued', 'running']))
        await takeUp(desk, order, stopping.signal).catch((cause: unknown) => {
          desk.log.error({ err: cause, order: order.id }, 'an order cannot be taken up now');
          if (order.runId === undefined) return;
          following.show(order.runId);
          desk.runner.enqueue(order.runId);
        });
      recovered.resolve();
    },
    async mayBegin(run) {
      if (held.isInTheWay(run.orderId)) throw new Fault(noIsHeld);
      return away.refusal(run) ?? mayBegin(desk, run);
    },
    held: () => (held.isEmpty ? undefined : heldOrders),
    async complete(actorId, line) {
      const actor = await desk.person(actorId);
      if (!actor) return [];
      const typed = line.slice(0, longestLine);
      const offering = offeringTo(desk, actor);
      const typing = typingOf(typed, offering.commands);
      const values = typing && (await offeredTo(offering, typing));
      return complete(typed, offering.commands, offering.known, values);
    },
    filled: (line, values) => filledLine(line, values, allCommands(desk), knownNow(desk)),
    async idle() {
      while (underway.size > 0) await Promise.all(underway);
    },
    async stop() {
      stopping.abort();
      recovered.resolve();
      clearInterval(sweep);
      held.stop();
      following.stop();
      await Promise.all([takings.takeBack(), away.stop()]);
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
const tooLate = async (desk: Desk, order: Order): Promise<Text> => {
  if (waitsFromLater(desk, order))
    return t(
      'The clock was set back, so nobody knows for how long it waited; nothing was run.',
      'L’horloge a été retardée, personne ne sait donc combien il a attendu ; rien n’a été exécuté.',
    );
  const { id, state } = order;
  if (state === 'approving' && (await isApproved(desk, order)))
    return t(
      'It had its approvals, and I could not begin it in time; nothing was run.',
      'Il avait ses accords, et je n’ai pas pu le commencer à temps ; rien n’a été exécuté.',
    );
  return state === 'approving' && (await desk.store.approvals.of(id)).some(({ verdict }) => verdict === 'approved')
    ? t(
        'Not all approvals came in time; nothing was run.',
        'Les accords ne sont pas tous venus à temps ; rien n’a été exécuté.',
      )
    : t('Nobody answered in time; nothing was run.', 'Personne n’a répondu à temps ; rien n’a été exécuté.');
};

/** Closes the orders whose confirmation, approval or missing argument did not come in time; one that cannot be keeps no other. */
async function expire(desk: Desk): Promise<void> {
  for (const order of await desk.store.orders.inStates(['asking', 'confirming', 'approving'])) {
    if (order.expiresAt === undefined || !isLate(desk, order)) continue;
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
    // A question back to who asked was never on the board.
    show: order.state === 'asking' ? 'chat' : 'board',
  });
}
