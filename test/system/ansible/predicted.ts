import type { Plan, PlannedOutcome } from '#core/plan.ts';

/** How a step may end that was planned so. */
const may: Readonly<Record<PlannedOutcome, readonly string[]>> = {
  ok: ['ok', 'ignored'],
  change: ['changed', 'ok', 'failed', 'ignored'],
  skip: ['skipped'],
  unknown: ['ok', 'changed', 'skipped', 'failed', 'ignored'],
  failed: ['failed', 'ignored'],
  unreachable: ['unreachable'],
};

/** Steps that a run did otherwise than its plan said; what was planned as a change must be one. */
export function unforeseen(plan: Plan, { steps }: { readonly steps: ReadonlyMap<string, string> }): readonly string[] {
  const planned = new Map(plan.steps.map((step) => [`${step.host} ${step.id}`, step]));
  return [...steps].flatMap(([key, state]) => {
    const step = planned.get(key);
    // What an include of an unknown name brings in is not in a plan.
    if (step === undefined) return [];
    // What only asks is asked when its turn comes: a program that does not run yet has no answer in a plan.
    const asks = step.differences.some(({ reads }) => reads) && ['failed', 'ignored'].includes(state);
    const runs = step.differences.some(({ aspect }) => aspect === 'runs');
    const fits = asks || (may[step.outcome].includes(state) && (step.outcome !== 'change' || runs || state !== 'ok'));
    return fits
      ? []
      : [
          `${key} ${step.task}: planned ${step.outcome} of ${step.differences.map(({ aspect }) => aspect).join(', ')}, was ${state}`,
        ];
  });
}
