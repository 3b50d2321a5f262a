import { isUnknown, unknown } from '#playbook/templates/scope.ts';
import type { DoneStep } from '../executor.ts';
import { journalStep } from './attempt.ts';
import { examine, type Invocation } from './examine.ts';
import { judge } from './judge.ts';
import { recall } from './perform.ts';
import type { StepEnd } from './reporter.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** True when the stored return values are all there: nothing hidden, redacted or cut. */
const isWhole = (step: DoneStep): boolean =>
  !['censored', 'redacted', 'lost'].some((mark) => step.result[mark] !== undefined);

const stored = (step: DoneStep): StepEnd => {
  const changed = step.result.changed === true || step.state === 'changed';
  return {
    state: step.state === 'changed' || step.state === 'skipped' ? step.state : 'ok',
    differences: [],
    result: { ...step.result, changed },
    changed,
  };
};

/**
 * A step an earlier attempt has done: it is not done again. Its return values come from what was stored; where that is
 * not whole, from the journal on the host, or from looking at the host again.
 */
export async function resumed(walk: Walk, unit: Unit, invocation: Invocation, step: DoneStep): Promise<StepEnd> {
  const end = stored(step);
  const asked = unit.task.register !== undefined || step.result.ansible_facts !== undefined;
  if (step.state === 'skipped' || !asked || isWhole(step)) return end;
  const examined = await examine(invocation);
  const kept = invocation.module.once
    ? await recall(invocation, examined, { key: walk.key, step: journalStep(step) })
    : { result: examined.plan.result, changed: end.changed };
  if (kept === undefined) {
    return { ...end, result: unknown(`what “${unit.name.task}” gave was not kept`) };
  }
  const again = judge(walk, unit, kept, []);
  return isUnknown(again.result) ? end : { ...end, result: { ...again.result, changed: end.changed } };
}
