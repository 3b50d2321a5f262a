import { refusalOf } from '#core/errors.ts';
import { present } from '#core/present.ts';
import type { StepState } from '#core/run.ts';
import type { ModuleResult } from '#playbook/modules/module.ts';
import { isUnknown, unknown } from '#playbook/templates/scope.ts';
import type { DoneStep } from '../executor.ts';
import { attemptStep, journalStep } from './attempt.ts';
import { examine, type Invocation } from './examine.ts';
import { judge } from './judge.ts';
import { endNotSeenCode, recall } from './perform.ts';
import type { StepEnd } from './reporter.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** True when the stored return values are all there: nothing hidden, redacted or cut. */
const isWhole = (step: DoneStep): boolean =>
  !['censored', 'redacted', 'lost'].some((mark) => step.result[mark] !== undefined);

/** What was ignored had failed: whether that is ignored is the task's to say again. */
const ends: Readonly<Partial<Record<StepState, StepEnd['state']>>> = {
  changed: 'changed',
  skipped: 'skipped',
  failed: 'failed',
  ignored: 'failed',
};

const stored = (step: DoneStep): StepEnd => {
  const changed = step.result.changed === true || step.state === 'changed';
  return {
    state: ends[step.state] ?? 'ok',
    differences: [],
    result: { ...step.result, changed },
    changed,
    ...present({ refusal: step.refusal }),
  };
};

/** Where the end that counted lies: a failure after several attempts does not tell how many they were. */
const journalOf = (step: DoneStep): string | undefined => {
  const { attempts } = step.result;
  if (typeof attempts !== 'number') return journalStep(step);
  return step.state === 'failed' || step.state === 'ignored' ? undefined : attemptStep(step, attempts);
};

/**
 * A step an earlier attempt has done: it is not done again. Its return values come from what was stored; where that is
 * not whole, from the journal on the host, or from looking at the host again.
 */
export async function resumed(walk: Walk, unit: Unit, invocation: Invocation, step: DoneStep): Promise<StepEnd> {
  const end = stored(step);
  const asked = unit.task.register !== undefined || step.result.ansible_facts !== undefined;
  if (step.state === 'skipped' || !asked || isWhole(step)) return end;
  const kept = await keptOf(walk, invocation, step, end);
  if (kept === undefined) {
    return { ...end, result: unknown(`what “${unit.name.task}” gave was not kept`) };
  }
  const again = judge(walk, unit, kept, []);
  if (isUnknown(again.result)) return end;
  const { attempts } = step.result;
  return { ...end, result: { ...again.result, changed: end.changed, ...present({ attempts }) } };
}

/** What the step gave, as far as the host still tells; undefined when it does not. */
async function keptOf(
  walk: Walk,
  invocation: Invocation,
  step: DoneStep,
  { state, changed }: StepEnd,
): Promise<ModuleResult | undefined> {
  const examined = await examine(invocation);
  if (!invocation.module.once) return state === 'failed' ? undefined : { result: examined.plan.result, changed };
  const journal = journalOf(step);
  if (journal === undefined) return undefined;
  return recall(invocation, examined, { key: walk.key, step: journal }).catch((thrown: unknown) => {
    // The step is done, though the host could not write down how it ended.
    if (refusalOf(thrown)?.code === endNotSeenCode) return undefined;
    throw thrown;
  });
}
