import type { Refusal } from '#core/errors.ts';
import { canonical, type Json } from '#core/json.ts';
import type { Difference, Plan, PlannedStep } from '#core/plan.ts';
import { t } from '#core/text.ts';
import { otherKey } from './seals.ts';

/** The planned steps of a plan, by host and step id. */
export interface Expectation {
  /** The step's own line in the plan; the whole loop's, or the include's, when the plan could not know what is inside. */
  of(host: string, id: string): PlannedStep | undefined;
}

/** Looks planned steps up. */
export function expectationOf(plan: Plan): Expectation {
  const steps = new Map(plan.steps.map((step) => [`${step.host} ${step.id}`, step]));
  const around = (host: string, id: string): PlannedStep | undefined => {
    const outer = id.replace(/(?:\[\d+\]|\.[^.[\]]+)$/, '');
    if (outer === id) return undefined;
    const step = steps.get(`${host} ${outer}`);
    return step?.outcome === 'unknown' ? step : around(host, outer);
  };
  return {
    of: (host, id) =>
      steps.get(`${host} ${id}`) ?? steps.get(`${host} ${id.replace(/(?:\[\d+\]|\+\d+)$/, '')}`) ?? around(host, id),
  };
}

const same = (a: Difference, b: Difference): boolean =>
  canonical([a.subject, a.aspect, a.before, a.after]) === canonical([b.subject, b.aspect, b.before, b.after]) &&
  a.diff === b.diff &&
  a.seal === b.seal;

const show = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};

const phrase = ({ subject, aspect, before, after, seal }: Difference): string =>
  `${subject} ${aspect}: ${show(before)} → ${show(after)}${seal === undefined ? '' : ` (hidden value ${seal.slice(-6)})`}`;

/** More are counted, and long ones cut: it is read on a phone, and the new plan shows all. */
const mostTold = 2;
const longestTold = 120;

const cut = (text: string): string => (text.length > longestTold ? `${text.slice(0, longestTold - 1)}…` : text);

function inWords(differences: readonly Difference[]): string {
  const told = differences.slice(0, mostTold).map((one) => cut(phrase(one)));
  const more = differences.length - told.length;
  return [...told, ...(more > 0 ? [`… +${more}`] : [])].join('; ') || '—';
}

/** Those of the first list that are not in the second. */
const without = (these: readonly Difference[], those: readonly Difference[]): readonly Difference[] =>
  these.filter((one) => !those.some((other) => same(one, other)));

/** True when nothing tells it from another one but a seal made under another key. */
const sealedElsewhere = (one: Difference, others: readonly Difference[]): boolean =>
  others.some(
    (other) =>
      one.seal !== undefined &&
      other.seal !== undefined &&
      otherKey(one.seal, other.seal) &&
      same({ ...one, seal: other.seal }, other),
  );

/** A loop that goes over other items than it did when the run began it. */
export const otherLoop = (now: { readonly host: string; readonly task: string }): Refusal => ({
  code: 'run.drifted',
  say: t(
    `“${now.task}” on ${now.host} loops over other items than when the run began. The run stopped before it.`,
    `« ${now.task} » sur ${now.host} parcourt d’autres éléments qu’au début de l’exécution. L’exécution s’est arrêtée avant.`,
  ),
  next: t('Give the order again for a new plan.', 'Redonnez l’ordre pour un nouveau plan.'),
});

const otherBot = (now: { readonly host: string; readonly task: string }): Refusal => ({
  code: 'run.drifted',
  say: t(
    `“${now.task}” on ${now.host} hides values, and its plan was made with another key: they cannot be compared. The run stopped before it.`,
    `« ${now.task} » sur ${now.host} masque des valeurs, et son plan a été fait avec une autre clé : impossible de les comparer. L’exécution s’est arrêtée avant.`,
  ),
  next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
  details: { host: now.host, task: now.task },
});

/**
 * The refusal when a step would now do what its plan did not show. Fewer differences than planned are fine: somebody
 * made the host right in the meantime; but how the rest is done (as whom, where, with what input) is as planned. A step
 * planned `unknown` was approved as such; one planned to do nothing, or not planned at all, may do nothing.
 */
export function driftOf(
  planned: PlannedStep | undefined,
  now: { readonly host: string; readonly task: string; readonly differences: readonly Difference[] },
): Refusal | undefined {
  if (planned?.outcome === 'unknown') return undefined;
  if (now.differences.length === 0) return undefined;
  const shown = planned?.differences ?? [];
  const unplanned = without(now.differences, shown);
  const gone = without(shown, now.differences).filter((one) => one.how);
  if (unplanned.length === 0 && gone.length === 0) return undefined;
  if ([...unplanned, ...gone].every((one) => sealedElsewhere(one, [...shown, ...now.differences])))
    return otherBot(now);
  const [was, is] = [inWords(shown), inWords(unplanned)];
  return {
    code: 'run.drifted',
    say: t(
      `${now.host} is no longer as planned at “${now.task}”: planned ${was}, now ${is}. The run stopped before it.`,
      `${now.host} n’est plus comme prévu à « ${now.task} » : prévu ${was}, maintenant ${is}. L’exécution s’est arrêtée avant.`,
    ),
    next: t('Give the order again to see the new plan.', 'Redonnez l’ordre pour voir le nouveau plan.'),
    details: { host: now.host, task: now.task, planned: was, now: is },
  };
}
