import type { Action, Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { isResumable, type Run, type Step } from '#core/run.ts';
import { t } from '#core/text.ts';
import { callOf } from './answer.ts';
import { approvedBy } from './approved-by.ts';
import { runChain } from './consent.ts';
import type { Desk } from './desk.ts';
import { titleOfRun } from './of-plan.ts';

/** A run as it stands. */
export const drawn = async (desk: Desk, run: Run, steps: readonly Step[]): Promise<Card> => {
  const plan = await desk.store.plans.get(run.planHash);
  const name = plan ? titleOfRun(plan, run.resumes) : run.request.playbook;
  return desk.cards.run(run, steps, name, plan);
};

/** A card with those who approved its plan, the runs it goes on with included. */
export async function approvedCard(desk: Desk, run: Run, card: Card): Promise<Card> {
  const ids = await approvedBy(desk.store, run);
  if (ids.length === 0) return card;
  const names = await Promise.all(ids.map(async (id) => (await desk.person(id))?.name ?? id));
  const field = { label: t('Approved by', 'Accord de'), value: [...new Set(names)].join(', ') };
  return { ...card, fields: [...(card.fields ?? []), field] };
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

const offered = (desk: Desk, name: string): boolean => desk.plugins.commands().some((one) => one.name === name);

/** The logs of the first host that failed, and the run step by step, where there are commands for it. */
function closer(desk: Desk, run: Run, steps: readonly Step[]): readonly Action[] {
  const bad = steps.find((step) => step.state === 'failed')?.host;
  const logs: Action = { id: 'logs', label: t('Logs', 'Journaux'), line: `logs ${bad}` };
  const show: Action = { id: 'show', label: t('Show run', 'Voir l’exécution'), line: `runs show ${run.id}` };
  return [...(bad && offered(desk, 'logs') ? [logs] : []), ...(offered(desk, 'runs show') ? [show] : [])];
}

/** The steps of a run; what one that was taken over changed is told by the run that did it. */
async function withDifferences(desk: Desk, run: Run, steps: readonly Step[]): Promise<readonly Step[]> {
  const keyOf = ({ host, id }: Step): string => `${host} ${id}`;
  const before = new Map<string, Step>();
  for (const { id } of (await runChain(desk, run.resumes)).toReversed())
    for (const step of await desk.store.runs.steps(id)) if (step.differences.length > 0) before.set(keyOf(step), step);
  return steps.map((step) => {
    const did = step.state === 'changed' && step.differences.length === 0 ? before.get(keyOf(step)) : undefined;
    return did?.state === 'changed' ? { ...step, differences: did.differences } : step;
  });
}

/** The plugin's own report of a run, however it ended; the core's when it has none or cannot make one. */
async function report(desk: Desk, order: Order, run: Run, steps: readonly Step[], signal: AbortSignal): Promise<Card> {
  const card = await drawn(desk, run, steps);
  const begun = await begunBy(desk, order, run);
  const command = desk.plugins.commands().find((one) => one.name === begun.command);
  const actor = await desk.person(order.actor);
  if (!command || !actor) return card;
  const call = callOf(desk, order, actor, command, begun.args ?? {});
  const told = await withDifferences(desk, run, steps);
  const own = await desk.plugins.report({ ...call, run, steps: told, card }, signal);
  const { ended } = card;
  return own?.ok ? { ...own.value, run: run.id, ...(ended === undefined ? {} : { ended }) } : card;
}

/** Why a run or a step stopped, without what was to be done about it. */
const withoutNext = <T extends { readonly refusal?: Refusal }>(one: T): T => {
  if (one.refusal?.next === undefined) return one;
  const { next: _done, ...refusal } = one.refusal;
  return { ...one, refusal };
};

/** The message of a run that another goes on with: it leads there, and offers nothing else. */
async function goneOn(desk: Desk, order: Order, run: Run, steps: readonly Step[], later: Run, signal: AbortSignal) {
  const card = await report(desk, order, withoutNext(run), steps.map(withoutNext), signal);
  const by = later.id;
  const footer = t(`Run ${run.id}, resumed as run ${by}`, `Exécution ${run.id}, reprise : c’est la ${by}`);
  const label = t(`Show run ${by}`, `Voir l’exécution ${by}`);
  const show: Action = { id: 'later', label, line: `runs show ${by}` };
  return { ...card, actions: offered(desk, 'runs show') ? [show] : [], footer };
}

/** The message of a run that is over: the report, and what can be done now. */
export async function endedCard(
  desk: Desk,
  order: Order,
  run: Run,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<Card> {
  const later = isResumable(run) ? await desk.store.runs.resumedBy(run.id) : undefined;
  if (later) return approvedCard(desk, run, await goneOn(desk, order, run, steps, later, signal));
  const card = await approvedCard(desk, run, await report(desk, order, run, steps, signal));
  return { ...card, actions: await wayOn(desk, order, run, steps, card.actions ?? []) };
}
