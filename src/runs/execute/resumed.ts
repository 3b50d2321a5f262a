import { type Refusal, refusalOf } from '#core/errors.ts';
import { present } from '#core/present.ts';
import type { StepState } from '#core/run.ts';
import { t } from '#core/text.ts';
import type { Module, ModuleResult } from '#playbook/modules/module.ts';
import { isUnknown, unknown } from '#playbook/templates/scope.ts';
import type { DoneStep } from '../executor.ts';
import { endNotSeenCode } from '../refusals.ts';
import { otherLoop } from './drift.ts';
import { type Examined, examine, type Invocation } from './examine.ts';
import { moduleOf } from './invoke.ts';
import { attemptStep, journalStep } from './journal.ts';
import { judge } from './judge.ts';
import { isLeft, startedBefore } from './left.ts';
import { recall } from './perform.ts';
import type { StepEnd } from './reporter.ts';
import { otherKey } from './seals.ts';
import type { Unit } from './unit.ts';
import { stepKey, type Walk } from './walk.ts';

/** What an earlier attempt of the run left of this step. A module that works here is asked again: it changes no host. */
export const earlier = (walk: Walk, { name }: Unit, module: Module): DoneStep | undefined =>
  module.local ? undefined : walk.done.get(stepKey(name.host, name.id));

/** True when the step's end is that of an earlier attempt of the run. */
export const isEarlier = (walk: Walk, unit: Unit): boolean => earlier(walk, unit, moduleOf(walk, unit)) !== undefined;

/** The refusal when an earlier attempt began this step for another item of its loops. */
export function otherItem(walk: Walk, { name }: Unit): Refusal | undefined {
  const key = stepKey(name.host, name.id);
  const { item } = walk.done.get(key) ?? walk.begun?.get(key) ?? {};
  if (item === undefined || item === name.item) return undefined;
  return name.item !== undefined && otherKey(item, name.item) ? undefined : otherLoop(name);
}

/**
 * A command that makes what it looks for first (`creates`) seems done as soon as that is there: where an earlier attempt
 * began it, the journal says how it really ended.
 */
export async function endedBefore(
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  examined: Examined,
  number: number,
): Promise<StepEnd | undefined> {
  const { plan } = examined;
  if (walk.begun === undefined || !invocation.module.once || plan.failed !== undefined) return undefined;
  if (plan.differences.length > 0 || plan.unknown) return undefined;
  const kept = await recall(invocation, examined, { key: walk.key, step: attemptStep(unit.name, number) });
  if (!kept) return undefined;
  walk.journals.add(invocation.host, invocation.line, invocation.user);
  return judge(walk, unit, kept, []);
}

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
  if (isLeft(walk, unit)) return { ...end, result: { ...startedBefore(walk, unit), changed: end.changed } };
  const kept = await keptOf(walk, invocation, step, end);
  if (kept === undefined) {
    const { task } = unit.name;
    const because = t(`what “${task}” gave was not kept`, `ce que « ${task} » a donné n’a pas été gardé`);
    return { ...end, result: unknown(because) };
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
