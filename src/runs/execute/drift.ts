import type { Refusal } from '#core/errors.ts';
import { canonical, type Json } from '#core/json.ts';
import type { Difference, Plan, PlannedStep } from '#core/plan.ts';
import { t } from '#core/text.ts';

/** The planned steps of a plan, by host and step id. */
export interface Expectation {
  /** The step's own line in the plan, or the whole loop's when the plan could not know its items. */
  of(host: string, id: string): PlannedStep | undefined;
}

/** Looks planned steps up. */
export function expectationOf(plan: Plan): Expectation {
  const steps = new Map(plan.steps.map((step) => [`${step.host} ${step.id}`, step]));
  return { of: (host, id) => steps.get(`${host} ${id}`) ?? steps.get(`${host} ${id.replace(/\[.*$/, '')}`) };
}

const same = (a: Difference, b: Difference): boolean =>
  canonical([a.subject, a.aspect, a.before, a.after]) === canonical([b.subject, b.aspect, b.before, b.after]) &&
  a.diff === b.diff;

const show = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const inWords = (differences: readonly Difference[]): string =>
  differences.map((one) => `${one.subject} ${one.aspect}: ${show(one.before)} → ${show(one.after)}`).join('; ') || '—';

/**
 * The refusal when a step would now do what its plan did not show. Fewer differences than planned are fine: somebody
 * made the host right in the meantime. A step planned `unknown` was approved as such.
 */
export function driftOf(
  planned: PlannedStep | undefined,
  now: { readonly host: string; readonly task: string; readonly differences: readonly Difference[] },
): Refusal | undefined {
  if (planned?.outcome === 'unknown') return undefined;
  const shown = planned?.differences ?? [];
  const unplanned = now.differences.filter((one) => !shown.some((other) => same(one, other)));
  if (unplanned.length === 0) return undefined;
  const [was, is] = [inWords(shown), inWords(unplanned)];
  return {
    code: 'run.drifted',
    say: t(
      `${now.host} is no longer as planned at «${now.task}»: planned ${was}, now ${is}. The run stopped before it.`,
      `${now.host} n'est plus comme prévu à « ${now.task} » : prévu ${was}, maintenant ${is}. L'exécution s'est arrêtée avant.`,
    ),
    next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
    details: { host: now.host, task: now.task, planned: was, now: is },
  };
}
