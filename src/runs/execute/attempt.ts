import type { Difference } from '#core/plan.ts';
import type { ModulePlan } from '#playbook/modules/module.ts';
import { unknown } from '#playbook/templates/scope.ts';
import type { StepKey } from '../executor.ts';
import { isChange, shownDifferences } from './differences.ts';
import { driftOf } from './drift.ts';
import { type Examined, examine, type Invocation, pathsOf } from './examine.ts';
import { endOfThrown, failureOf, unknownEnd } from './failures.ts';
import { invoke } from './invoke.ts';
import { judge, saysUnchanged } from './judge.ts';
import { runsOnce } from './once.ts';
import { perform } from './perform.ts';
import type { StepEnd } from './reporter.ts';
import { resumed } from './resumed.ts';
import type { Unit } from './unit.ts';
import { stepKey, type Walk } from './walk.ts';

/** One attempt of a unit: planned, or done. Whatever is thrown on the way becomes its end. */
export async function attemptUnit(walk: Walk, unit: Unit, number: number): Promise<StepEnd> {
  const began = { changing: false };
  try {
    const invocation = invoke(walk, unit);
    const before = invocation.module.local ? undefined : walk.done.get(stepKey(unit.name.host, unit.name.id));
    if (before) {
      unit.state.journals.add(invocation.user);
      return await resumed(walk, unit, invocation, before);
    }
    const examined = await examine(invocation);
    const end =
      walk.mode === 'plan'
        ? planned(walk, unit, invocation, examined)
        : await applied(walk, unit, invocation, examined, { began, number });
    if (end.state === 'ok' || end.state === 'changed') Object.assign(unit.state.known, examined.plan.facts);
    return end;
  } catch (thrown) {
    return endOfThrown(walk, unit, thrown, began.changing);
  }
}

function failedNow(unit: Unit, examined: Examined): StepEnd {
  const message = examined.plan.failed ?? '';
  return {
    state: 'failed',
    differences: [],
    result: { ...examined.plan.result, changed: false, failed: true, msg: message },
    changed: false,
    refusal: failureOf(unit, {}, message),
  };
}

/** What the unit would do, as far as anybody can know now. */
function planned(walk: Walk, unit: Unit, invocation: Invocation, examined: Examined): StepEnd {
  const { module } = invocation;
  const { plan } = examined;
  const { pending } = unit.state;
  const subjects = [...pathsOf(module, examined.checked), ...plan.differences.map((one) => one.subject)];
  const reason = module.local ? undefined : whyUnknown(unit, plan, subjects);
  if (reason !== undefined) {
    pending.addUnknown(unit.name.task, subjects);
    return unknownEnd(unit, reason);
  }
  if (plan.failed !== undefined) return failedNow(unit, examined);
  const differences = shownDifferences(walk, unit, invocation, examined);
  const changed = plan.differences.some(isChange);
  if (plan.unknown) {
    const changes = changed && !saysUnchanged(walk, unit);
    if (changes) pending.add(unit.name.task, plan.differences);
    const result = unknown(`depends on what “${unit.name.task}” gives`);
    return { state: changes ? 'changed' : 'ok', differences, result, changed: changes };
  }
  pending.add(unit.name.task, plan.differences);
  const end = judge(walk, unit, { result: plan.result, changed }, differences);
  // Whatever the task says of itself, a plan shows what it would change.
  return changed && end.state === 'ok' ? { ...end, state: 'changed' } : end;
}

function whyUnknown(unit: Unit, plan: ModulePlan, subjects: readonly string[]): string | undefined {
  const { pending } = unit.state;
  const task = pending.touching(subjects);
  if (task !== undefined) return `“${task}” changes it first`;
  const last = pending.last();
  if (plan.failed === undefined || last === undefined) return undefined;
  return `now it would fail (${plan.failed}), but “${last}” changes the host first`;
}

/** The step's name in the journal: two hosts of the inventory may be one machine and one account. */
export const journalStep = ({ id, host }: StepKey): string => `${id}@${host}`;

/** Does it, unless the host is not as the plan showed it. */
async function applied(
  walk: Walk,
  unit: Unit,
  invocation: Invocation,
  examined: Examined,
  attempt: { readonly began: { changing: boolean }; readonly number: number },
): Promise<StepEnd> {
  const { plan } = examined;
  if (plan.failed !== undefined) return failedNow(unit, examined);
  const differences = shownDifferences(walk, unit, invocation, examined);
  if (differences.length === 0 && !plan.unknown) {
    return judge(walk, unit, { result: plan.result, changed: wasChangedBefore(walk, unit) }, []);
  }
  const drifted = drift(walk, unit, differences);
  if (drifted) return drifted;
  if (runsOnce(invocation.module, plan)) unit.state.journals.add(invocation.user);
  attempt.began.changing = true;
  const own = journalStep(unit.name);
  const step = attempt.number === 1 ? own : `${own}~${attempt.number}`;
  const raw = await perform(invocation, examined, {
    journal: { key: walk.key, step },
    boundary: walk.control.boundary,
    onOutput: (chunk) => walk.reporter.output(unit.name, chunk),
  });
  return judge(walk, unit, raw, differences);
}

/**
 * A resumed run finds a host as wanted because the interrupted one made it so, when that died before it could write it
 * down: then the step changed something, and its handlers are still owed.
 */
function wasChangedBefore(walk: Walk, unit: Unit): boolean {
  if (!walk.begun) return false;
  const { host, id } = unit.name;
  return walk.expected?.of(host, id)?.outcome === 'change' || walk.begun.has(stepKey(host, id));
}

function drift(walk: Walk, unit: Unit, differences: readonly Difference[]): StepEnd | undefined {
  if (!walk.expected) return undefined;
  const { host, id, task } = unit.name;
  const refusal = walk.filesDrift() ?? driftOf(walk.expected.of(host, id), { host, task, differences });
  if (!refusal) return undefined;
  walk.halt.stop({ state: 'drifted', refusal });
  return {
    state: 'failed',
    differences,
    result: { changed: false, failed: true, msg: 'drifted' },
    changed: false,
    refusal,
  };
}
