import type { Action, Card } from '#core/card.ts';
import type { Outgoing } from '#core/chat.ts';
import type { Refusal } from '#core/errors.ts';
import type { Order, OrderState } from '#core/order.ts';
import { isResumable, type Run, type RunEvent, type RunState, type Step } from '#core/run.ts';
import { join, t } from '#core/text.ts';
import { callOf } from './answer.ts';
import { stoppable } from './cards.ts';
import { runChain } from './consent.ts';
import type { Desk } from './desk.ts';
import { titleOfRun } from './queue.ts';
import { move } from './record.ts';

/** A live card is edited at most this often. */
const editEveryMs = 300;

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
  let stopped = false;
  /** An end that was not stored would leave its order open for ever: it is tried until it is. */
  const update = (runId: number, retryMs = firstRetryMs) => {
    timers.delete(runId);
    refresh(desk, runId, signal, waits.get(runId)).catch((cause: unknown) => {
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
      update(runId);
    } else if (!timers.has(runId)) timers.set(runId, setTimeout(update, editEveryMs, runId));
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

const drawn = async (desk: Desk, run: Run, steps: readonly Step[]): Promise<Card> => {
  const plan = await desk.store.plans.get(run.planHash);
  const name = plan ? titleOfRun(plan, run.resumes) : run.request.playbook;
  return desk.cards.run(run, steps, name, plan);
};

/** A card with those who approved its plan, the runs it goes on with included. */
async function approvedCard(desk: Desk, run: Run, card: Card): Promise<Card> {
  const orders = (await runChain(desk, run.id)).map(({ orderId }) => orderId);
  const verdicts = (await Promise.all(orders.map((id) => desk.store.approvals.of(id)))).flat();
  const ids = verdicts.filter(({ verdict, planHash }) => verdict === 'approved' && planHash === run.planHash);
  if (ids.length === 0) return card;
  const names = await Promise.all(ids.map(async ({ actor }) => (await desk.person(actor))?.name ?? actor));
  const field = { label: t('Approved by', 'Accord de'), value: [...new Set(names)].join(', ') };
  return { ...card, fields: [...(card.fields ?? []), field] };
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
  desk.stopping.delete(run.id);
  const card = await approvedCard(desk, run, await report(desk, order, run, steps, signal));
  const end = await endBelow(desk, order, run, card);
  await move(desk, order, {
    from: ['queued', 'running'],
    prepare: async (inside) => {
      if (end) await inside.outbox.say(end);
      return {};
    },
    change: {
      state,
      card: { ...card, actions: await wayOn(desk, order, run, steps, card.actions ?? []) },
      ...(run.refusal === undefined ? {} : { refusal: run.refusal }),
    },
    audit: { action: 'order.finished', details: { state, run: run.id, runState: run.state } },
    show: 'board',
  });
}

/** The order that a run began with, whoever goes on with it. */
async function begunBy(desk: Desk, order: Order, run: Run): Promise<Order> {
  const first = (await runChain(desk, run.id)).at(-1);
  const begun = first && first.orderId !== order.id ? await desk.store.orders.get(first.orderId) : order;
  return begun ?? order;
}

/** Not where a step was cut that must not be done twice: that run can only fail again. */
const canGoOn = ({ refusal }: Run): boolean => refusal?.retryable !== false;

/** Where to go from a run: on with it, a new plan of the same order, what its plugin offers, or a closer look. */
async function wayOn(
  desk: Desk,
  order: Order,
  run: Run,
  steps: readonly Step[],
  own: readonly Action[],
): Promise<readonly Action[]> {
  if (run.state === 'done') return own;
  const begun = await begunBy(desk, order, run);
  const again: Action = { id: 'again', label: t('Plan it again', 'Replanifier'), line: begun.text };
  const resume: Action = {
    id: 'resume',
    label: t('Resume', 'Reprendre'),
    style: 'primary',
    line: `runs resume ${run.id}`,
  };
  const more = closer(desk, run, steps);
  if (isResumable(run) && canGoOn(run)) return [resume, again, ...own, ...more];
  if (run.state === 'interrupted' || run.state === 'cancelled')
    return [{ ...again, style: 'primary' }, ...own, ...more];
  return [...own, ...more, again];
}

/** The logs of the first host that failed, and the run step by step, where there are commands for it. */
function closer(desk: Desk, run: Run, steps: readonly Step[]): readonly Action[] {
  const offered = (name: string) => desk.plugins.commands().some((one) => one.name === name);
  const bad = steps.find((step) => step.state === 'failed')?.host;
  const logs: Action = { id: 'logs', label: t('Logs', 'Journaux'), line: `logs ${bad}` };
  const show: Action = { id: 'show', label: t('Show run', 'Voir l’exécution'), line: `runs show ${run.id}` };
  return [...(bad && offered('logs') ? [logs] : []), ...(offered('runs show') ? [show] : [])];
}

/** The plugin's own report of a run that ended well or badly; the core's when it has none or cannot make one. */
async function report(desk: Desk, order: Order, run: Run, steps: readonly Step[], signal: AbortSignal): Promise<Card> {
  const card = await drawn(desk, run, steps);
  const begun = await begunBy(desk, order, run);
  const command = desk.plugins.commands().find((one) => one.name === begun.command);
  const actor = await desk.person(order.actor);
  if (!command || !actor || run.state === 'interrupted') return card;
  const call = callOf(desk, order, actor, command, begun.args ?? {});
  const own = await desk.plugins.report({ ...call, run, steps, card }, signal);
  return own?.ok ? own.value : card;
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
