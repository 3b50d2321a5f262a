import type { Card } from '#core/card.ts';
import { iso } from '#core/clock.ts';
import { Fault, type Refusal } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Order, OrderState } from '#core/order.ts';
import type { Plan } from '#core/plan.ts';
import { emptyRecap, type OrderChange } from '#core/store.ts';
import { each, join, type Text, t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { type Move, move } from './record.ts';

/** The hosts a plan touches, as policy knows them; one the inventory lost meanwhile is in no group. */
export function hostsOf(desk: Desk, plan: Pick<Plan, 'hosts'>): readonly Host[] {
  const known = new Map(
    desk
      .fleet()
      .hosts()
      .map((host) => [host.name, host]),
  );
  return plan.hosts.map((name) => known.get(name) ?? { name, groups: [], address: name });
}

/** Hosts of a plan that the inventory in force does not have. */
export function unknownHosts(desk: Desk, plan: Pick<Plan, 'hosts'>): readonly string[] {
  const known = new Set(
    desk
      .fleet()
      .hosts()
      .map(({ name }) => name),
  );
  return plan.hosts.filter((name) => !known.has(name));
}

/** What a plan is called on screen. */
export const titleOf = (plan: Plan): Text => plan.request.title ?? plan.request.playbook;

/** What a run of it is called: one that goes on with another says so. */
export const titleOfRun = (plan: Plan, resumes: number | undefined): Text =>
  resumes === undefined ? titleOf(plan) : join([titleOf(plan), t(', resumed', ', suite')]);

/** Takes the way on from the message of a run that another goes on with. */
async function noLongerOpen(desk: Desk, runId: number, by: number): Promise<void> {
  const run = await desk.store.runs.get(runId);
  const order = run && (await desk.store.orders.get(run.orderId));
  if (!order?.card) return;
  const actions = (order.card.actions ?? []).filter(({ id }) => id !== 'resume');
  const footer = t(`Run ${runId}, resumed as run ${by}`, `Exécution ${runId}, reprise : c’est la ${by}`);
  const card: Card = { ...order.card, actions, footer };
  await move(desk, order, { from: ['interrupted', 'cancelled', 'failed'], change: { card }, show: 'board' });
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
    await noLongerOpen(desk, resumes, moved.runId).catch((cause: unknown) =>
      desk.log.error({ err: cause, run: resumes }, 'the way on stays on the message of a run that was resumed'),
    );
  return true;
}
