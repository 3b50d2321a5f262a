import { setImmediate } from 'node:timers/promises';
import { Fault, refusalOf } from '#core/errors.ts';
import type { Text } from '#core/text.ts';
import { expressionNames, hasTemplate, parseTemplate, reachesAnything } from '#playbook/templates/index.ts';
import { unknown } from '#playbook/templates/scope.ts';
import type { Written } from '#playbook/tree.ts';
import { leaveUntold } from './about.ts';
import { delegateForeseen } from './delegate.ts';
import { examine } from './examine.ts';
import { dependsOn, unforeseenEnd, unknownEnd } from './failures.ts';
import { invoke } from './invoke.ts';
import { isItems, itemsOf, loopVariables } from './loop.ts';
import type { StepEnd } from './reporter.ts';
import { isDecided, noteChosenAs } from './typed/chosen.ts';
import { hasTyped } from './typed/roots.ts';
import { Undecided } from './undecided.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/**
 * A planned step that may never be reached, such as one of a rescue, with the hosts it would go to: of a loop, those of all
 * items that are known. That whoever asks has no right there is no fault of the plan yet: the run says so, if it comes to it.
 */
export async function perhapsEnd(walk: Walk, unit: Unit, because: Text): Promise<StepEnd> {
  await foreseeItems(walk, unit);
  const end = unforeseenEnd(walk, unit, because);
  return end.state === 'failed' ? unknownEnd(unit, because) : end;
}

/** So many items are gone over before others have their turn, among them who stops it. */
const atOnce = 100;

async function foreseeItems(walk: Walk, unit: Unit): Promise<void> {
  const { loop, loopControl, delegateTo } = unit.task;
  if (loop === undefined || delegateTo === undefined) return;
  const items = itemsOf(walk, unit, loop);
  if (!isItems(items)) return;
  const decided = isByItem(walk, unit, delegateTo) ? items : items.slice(0, 1);
  for (const index of decided.keys()) {
    if (index % atOnce === atOnce - 1) await setImmediate();
    if (walk.halt.reason) return;
    mayForesee(walk, { ...unit, more: { ...unit.more, ...loopVariables(loopControl, index, items) } });
  }
}

/** False where no item has a part in it: it names values only, none of which is the loop's. */
function isByItem(walk: Walk, unit: Unit, { value, at }: Written<string>): boolean {
  if (!hasTemplate(value)) return false;
  const scope = scopeOf(walk, unit);
  const { loopVar, indexVar } = unit.task.loopControl;
  const own = [loopVar, indexVar, 'ansible_loop', 'ansible_loop_var', 'ansible_index_var'];
  return [...expressionNames(parseTemplate(value, at))].some(
    (name) => own.includes(name) || reachesAnything.has(name) || scope.written?.(name) !== undefined,
  );
}

/** What a planned step would set that may be passed over: nobody knows it from here on. */
export async function perhapsSet(walk: Walk, unit: Unit): Promise<void> {
  const { state, task, name } = unit;
  const because = unknown(dependsOn(name.task));
  if (task.module === 'set_fact') for (const fact of Object.keys(task.args)) state.known[fact] = because;
  leaveUntold(unit, walk.registry.get(task.module) ?? {}, dependsOn(name.task));
  if (task.module === 'include_vars') for (const one of await variablesOf(walk, unit)) state.known[one] ??= because;
}

/** What an `include_vars` would have set that was passed over: where something typed decided that, it was chosen by that. */
export async function notSet(walk: Walk, unit: Unit): Promise<void> {
  if (unit.task.module === 'include_vars' && hasTyped(walk) && isDecided(walk, unit))
    noteChosenAs(walk, unit, await variablesOf(walk, unit));
}

/** The names of what an `include_vars` brings, where its files can be told by now. */
async function variablesOf(walk: Walk, unit: Unit): Promise<readonly string[]> {
  try {
    return Object.keys((await examine(invoke(walk, unit))).plan.variables ?? {});
  } catch (thrown) {
    if (thrown instanceof Fault || thrown instanceof Undecided) return [];
    throw thrown;
  }
}

function mayForesee(walk: Walk, unit: Unit): void {
  try {
    delegateForeseen(walk, unit);
  } catch (thrown) {
    if (!refusalOf(thrown)) throw thrown; // whoever asks has no right there: see above
  }
}
