import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { isUnknown, type Unknown } from '#playbook/templates/scope.ts';
import type { LoopControl, Task } from '#playbook/tree.ts';
import { allHold } from './conditions.ts';
import { endOfThrown, undecidedEnd } from './failures.ts';
import type { BodyGoing, More } from './going.ts';
import type { HostState } from './host-state.ts';
import { labelOf, nameOf } from './labels.ts';
import type { StepEnd } from './reporter.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** A task on a host, with its name rendered. */
export function unitOf(walk: Walk, state: HostState, body: BodyGoing, task: Task): Unit {
  const name = { host: state.host.name, id: task.id, task: task.name.value, module: task.module, noLog: task.noLog };
  const bare: Unit = { state, body, task, name, more: body.more(state) };
  return withItemSeal(walk, { ...bare, name: { ...name, task: taskName(walk, bare) } });
}

/** In a run the name of a unit holds what stands for its items, so that a resumed one knows whether they are the same. */
export function withItemSeal(walk: Walk, unit: Unit): Unit {
  const values = Object.values(unit.more);
  if (walk.mode === 'plan' || values.length === 0 || values.some(isUnknown)) return unit;
  return { ...unit, name: { ...unit.name, item: walk.seal(unit.more as JsonObject) } }; // nothing in it is unknown
}

function taskName(walk: Walk, unit: Unit): string {
  const { name } = unit.task;
  if (unit.task.noLog) return name.value;
  try {
    return walk.redact(nameOf(walk.language.value(name, scopeOf(walk, unit)), name.value));
  } catch (thrown) {
    if (thrown instanceof Fault) return name.value;
    throw thrown;
  }
}

/** The items of a loop, or the end of a task whose loop has none, or cannot be known. */
export function itemsOf(walk: Walk, unit: Unit, loop: NonNullable<Task['loop']>): readonly Json[] | StepEnd {
  try {
    const items = rawItems(walk, unit, loop);
    if (isUnknown(items))
      return isSkipped(walk, unit)
        ? skipped('Conditional result was False')
        : undecidedEnd(walk, unit, items.unknownBecause);
    if (!Array.isArray(items)) throw noList(walk, unit, items);
    return items.length > 0 ? items : skipped('No items in the list');
  } catch (thrown) {
    // A task whose condition is false anyway may loop over what is not there.
    if (isSkipped(walk, unit)) return skipped('Conditional result was False');
    const { perhaps } = unit.body;
    return perhaps && thrown instanceof Fault
      ? undecidedEnd(walk, unit, perhaps.because)
      : endOfThrown(walk, unit, thrown, false);
  }
}

/** True for the items themselves; else it is the end of the task. */
export const isItems = (items: readonly Json[] | StepEnd): items is readonly Json[] => Array.isArray(items);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const flatOnce = (value: Json): readonly Json[] =>
  isList(value) ? value.flatMap((item) => (isList(item) ? item : [item])) : [value];

/** The list of `loop`, or what the lookup of `with_…` makes of its terms. */
function rawItems(walk: Walk, unit: Unit, loop: NonNullable<Task['loop']>): Json | Unknown {
  const scope = scopeOf(walk, unit);
  const terms = walk.language.value(loop, scope);
  const { loopWith } = unit.task;
  if (isUnknown(terms) || loopWith === undefined) return terms;
  if (loopWith === 'items') return flatOnce(terms);
  if (loopWith === 'list') return isList(terms) ? terms : [terms];
  return walk.language.lookup(loopWith, isList(terms) ? terms : [terms], scope, {
    at: loop.at,
    subfolder: subfolderOf(unit.task),
  });
}

const subfolderOf = ({ module }: Task): 'files' | 'templates' | 'vars' =>
  module === 'template' ? 'templates' : module === 'include_vars' ? 'vars' : 'files';

function isSkipped(walk: Walk, unit: Unit): boolean {
  try {
    return allHold(walk.language, unit.task.when, scopeOf(walk, unit)) === false;
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}

const noList = (walk: Walk, unit: Unit, items: Json): Fault => {
  const { file, line, column } = unit.task.loop?.at ?? unit.task.at;
  const shown = unit.task.noLog ? '' : ` (${labelOf(items, walk.redact)})`;
  return new Fault({
    code: 'step.loop',
    say: t(
      `${file}:${line}:${column}: the loop is no list${shown}.`,
      `${file}:${line}:${column} : la boucle n’est pas une liste${shown}.`,
    ),
  });
};

const skipped = (reason: string): StepEnd => ({
  state: 'skipped',
  differences: [],
  result: { changed: false, skipped: true, skipped_reason: reason, results: [] },
  changed: false,
});

/** The variables an item of a loop gives its task. */
export function loopVariables(control: LoopControl, index: number, items: readonly Json[]): More {
  const item = items[index] ?? null;
  const { loopVar, indexVar, extended } = control;
  return {
    [loopVar]: item,
    ansible_loop_var: loopVar,
    ...(indexVar === undefined ? {} : { [indexVar]: index, ansible_index_var: indexVar }),
    ...(extended ? { ansible_loop: extendedLoop(index, items) } : {}),
  };
}

const extendedLoop = (index: number, items: readonly Json[]): Json => {
  const { length } = items;
  const [before, after] = [items[index - 1], items[index + 1]];
  return {
    allitems: items,
    index: index + 1,
    index0: index,
    first: index === 0,
    last: index === length - 1,
    length,
    revindex: length - index,
    revindex0: length - index - 1,
    ...(before === undefined ? {} : { previtem: before }),
    ...(after === undefined ? {} : { nextitem: after }),
  };
};
