import type { Card } from '#core/card.ts';
import type { Outgoing } from '#core/chat.ts';
import type { Refusal } from '#core/errors.ts';
import type { Order, OrderState } from '#core/order.ts';
import type { Run, RunEvent, RunState, Step } from '#core/run.ts';
import { join, t } from '#core/text.ts';
import { stoppable } from './cards.ts';
import type { Desk } from './desk.ts';
import { move } from './record.ts';
import { approvedCard, drawn, endedCard } from './run-message.ts';
import { settleStops } from './withdraw.ts';

/** A live card is edited at most this often; one that takes long to draw, such as that of a thousand hosts, less often. */
const editEveryMs = 300;
const seldomMs = 10_000;
const restPerWork = 10;

/** How long a live card stays as it is, by what drawing it took the last time: drawing it never keeps the bot from its orders. */
export const restMs = (drawingMs: number): number => Math.min(Math.max(editEveryMs, drawingMs * restPerWork), seldomMs);

const firstRetryMs = 300;
const lastRetryMs = 30_000;

/** How an order ends with its run. */
const endings: Readonly<Partial<Record<RunState, OrderState>>> = {
  done: 'done',
  failed: 'failed',
  drifted: 'failed',
  cancelled: 'cancelled',
  interrupted: 'interrupted',
};

/** What keeps the messages of running orders true. */
export interface Following {
  /** Draws the message of a run, and ends its order with it, as soon as that can be done. */
  show(runId: number): void;
  stop(): void;
}

/** Keeps the messages of running orders true: live while the run goes on, final when it ends. */
export function followRuns(desk: Desk, signal: AbortSignal): Following {
  const timers = new Map<number, NodeJS.Timeout>();
  const waits = new Map<number, Refusal>();
  const drawingMs = new Map<number, number>();
  let stopped = false;
  /** An end that was not stored would leave its order open for ever: it is tried until it is. */
  const update = (runId: number, retryMs = firstRetryMs) => {
    timers.delete(runId);
    const begun = performance.now();
    const noteCost = () => drawingMs.has(runId) && drawingMs.set(runId, performance.now() - begun);
    refresh(desk, runId, signal, waits.get(runId)).then(noteCost, (cause: unknown) => {
      desk.log.error({ err: cause, run: runId }, 'a run could not be shown');
      if (stopped || timers.has(runId)) return;
      timers.set(runId, setTimeout(update, retryMs, runId, Math.min(retryMs * 2, lastRetryMs)));
    });
  };
  const stop = desk.runner.listen((event) => {
    const runId = runOf(event);
    if (event.kind === 'log') return;
    if (event.kind === 'run') noteWait(waits, event.run);
    const over = event.kind === 'run' && endings[event.run.state] !== undefined;
    if (over) {
      clearTimeout(timers.get(runId));
      drawingMs.delete(runId);
      update(runId);
    } else if (!timers.has(runId)) {
      const last = drawingMs.get(runId) ?? 0;
      drawingMs.set(runId, last);
      timers.set(runId, setTimeout(update, restMs(last), runId));
    }
  });
  return {
    show: (runId) => update(runId),
    stop() {
      stopped = true;
      stop();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

/** Why a run has not begun is told once and kept nowhere: it holds until the run's state is another. */
function noteWait(waits: Map<number, Refusal>, run: Run): void {
  if (run.state === 'queued' && run.refusal) waits.set(run.id, run.refusal);
  else waits.delete(run.id);
}

const runOf = (event: RunEvent): number =>
  event.kind === 'run' ? event.run.id : event.kind === 'step' ? event.step.runId : event.runId;

/** Draws a run's message again from what is stored; `waits` is why it has not begun. */
export async function refresh(desk: Desk, runId: number, signal: AbortSignal, waits?: Refusal): Promise<void> {
  const run = await desk.store.runs.get(runId);
  const order = run && (await desk.store.orders.get(run.orderId));
  if (!run || !order) return;
  const steps = await desk.store.runs.steps(runId);
  const state = endings[run.state];
  if (state) return finish(desk, order, run, steps, state, signal);
  const told = run.state === 'queued' && waits ? { ...run, refusal: waits } : run;
  const card = stoppable(
    await approvedCard(desk, run, await drawn(desk, told, steps)),
    order.id,
    desk.stopping.has(runId),
  );
  const next = run.state === 'running' ? 'running' : 'queued';
  await move(desk, order, { from: ['queued', 'running'], change: { state: next, card }, show: 'board' });
}

/** Ends an order with its run: the report, and the way to go on when it was interrupted. */
async function finish(
  desk: Desk,
  order: Order,
  run: Run,
  steps: readonly Step[],
  state: OrderState,
  signal: AbortSignal,
): Promise<void> {
  const wasToStop = desk.stopping.delete(run.id) || run.state === 'cancelled' || run.state === 'interrupted';
  const card = await endedCard(desk, order, run, steps, signal);
  const end = await endBelow(desk, order, run, card);
  await move(desk, order, {
    from: ['queued', 'running'],
    prepare: async (inside) => {
      if (end) await inside.outbox.say(end);
      return {};
    },
    change: {
      state,
      card,
      ...(run.refusal === undefined ? {} : { refusal: run.refusal }),
    },
    audit: { action: 'order.finished', details: { state, run: run.id, runState: run.state } },
    show: 'board',
  });
  if (!wasToStop) return;
  await settleStops(desk, run).catch((cause: unknown) =>
    desk.log.error({ err: cause, run: run.id }, 'a stop stays on the answer to an earlier one'),
  );
}

/** So many other orders below it, and a message is out of a phone's sight. */
const farAbove = 3;

/**
 * When its message is far above by now, the end is told in one line below what was said since, with the way to the run:
 * nobody scrolls up for bad news, and nobody reads the same card twice.
 */
async function endBelow(
  desk: Desk,
  order: Order,
  run: Run,
  card: Card,
): Promise<Omit<Outgoing, 'revision'> | undefined> {
  if (order.chat === 'api' || order.chat === 'cli') return undefined;
  const last = await desk.store.orders.last(30, { channel: order.channel });
  const below = last.filter(
    (one) => one.id > order.id && one.kind !== 'action' && one.chat === order.chat && one.thread === order.thread,
  );
  if (below.length < farAbove) return undefined;
  const { tone, title } = desk.redactor.card(card);
  return {
    key: `end:${order.id}`,
    chat: order.chat,
    channel: order.channel,
    ...(order.thread === undefined ? {} : { thread: order.thread }),
    card: {
      tone,
      title: join([t(`Order ${order.id}, `, `Ordre ${order.id}, `), title]),
      brief: { run: run.id },
    },
  };
}
