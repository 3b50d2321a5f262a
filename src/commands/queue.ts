import type { Card } from '#core/card.ts';
import { iso } from '#core/clock.ts';
import { Fault, type Refusal } from '#core/errors.ts';
import type { Order, OrderState } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { emptyRecap, type OrderChange } from '#core/store.ts';
import { each, t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { titleOfRun } from './of-plan.ts';
import { type Move, move } from './record.ts';
import { endedCard } from './run-message.ts';
import { withdrawResume } from './withdraw.ts';

/** Drawing the message of the run that another goes on with may take so long. */
const drawnWithinMs = 5_000;

/** Draws the message of a run anew that another goes on with from now on. */
async function noLongerOpen(desk: Desk, runId: number): Promise<void> {
  const run = await desk.store.runs.get(runId);
  const order = run && (await desk.store.orders.get(run.orderId));
  if (!run || !order?.card) return;
  const steps = await desk.store.runs.steps(runId);
  const card = await endedCard(desk, order, run, steps, AbortSignal.timeout(drawnWithinMs));
  await move(desk, order, { from: ['interrupted', 'cancelled', 'failed'], change: { card }, show: 'board' });
  await withdrawResume(desk, run);
}

/** The refusal of a second resumption. */
export const alreadyResumed = (id: number, by: number): Refusal => ({
  code: 'run.already_resumed',
  say: t(`Run ${id} was resumed already, as run ${by}.`, `L’exécution ${id} a déjà été reprise : c’est la ${by}.`),
  next: t(`See “runs show ${by}”.`, `Voyez « runs show ${by} ».`),
});

const starting = { en: 'starting…', fr: 'je commence…' } as const;

/** Makes the run's row in the same commit that moves the order, then tells the queue. False when the order had moved on. */
export async function queueRun(
  desk: Desk,
  order: Order,
  plan: Plan,
  from: readonly OrderState[],
  change: OrderChange = {},
  audit?: Move['audit'],
): Promise<boolean> {
  const resumes = change.resumes ?? order.resumes;
  const card: Card = {
    tone: 'running',
    title: each(
      titleOfRun(plan, resumes),
      (words, language) => `${words}${language === 'fr' ? ' :' : ':'} ${starting[language]}`,
    ),
  };
  const moved = await move(desk, order, {
    from,
    ...(audit ? { audit } : {}),
    change: { ...change, state: 'queued', card },
    prepare: async (inside) => {
      const later = resumes === undefined ? undefined : await inside.runs.resumedBy(resumes);
      if (later) throw new Fault(alreadyResumed(later.resumes ?? later.id, later.id));
      const run = await inside.runs.add({
        orderId: order.id,
        actor: order.actor,
        state: 'queued',
        request: plan.request,
        planHash: plan.hash,
        recap: emptyRecap,
        queuedAt: iso(desk.clock),
        ...(resumes === undefined ? {} : { resumes }),
      });
      return { runId: run.id };
    },
    show: 'board',
  });
  if (moved?.runId === undefined) return false;
  desk.runner.enqueue(moved.runId);
  if (resumes !== undefined)
    await noLongerOpen(desk, resumes).catch((cause: unknown) =>
      desk.log.error({ err: cause, run: resumes }, 'the way on stays on the message of a run that was resumed'),
    );
  return true;
}
