import { Fault, refusalOf } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { isUnknown, type Unknown } from '#playbook/templates/scope.ts';
import type { Play, Task } from '#playbook/tree.ts';
import { allHold } from './conditions.ts';
import { endOfThrown, undecidedEnd } from './failures.ts';
import type { HostState } from './host-state.ts';
import { runUnit } from './item.ts';
import { labelOf, nameOf } from './labels.ts';
import { noHandler } from './load.ts';
import { count, worst } from './recap.ts';
import type { StepEnd, StepEndState } from './reporter.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** One task on one host, loop and all, with everything it leaves behind: registered values, notices, counts. */
export async function runTask(walk: Walk, state: HostState, play: Play, task: Task): Promise<void> {
  const unit = unitOf(walk, state, play, task);
  const end = task.loop === undefined ? await runUnit(walk, unit) : await runLoop(walk, unit, task.loop);
  if (task.register !== undefined) state.known[task.register] = end.result;
  state.counts = count(state.counts, end.state, end.changed);
  if (end.state === 'failed' || end.state === 'unreachable' || (end.state === 'unknown' && walk.mode === 'apply')) {
    state.taking = false;
  }
  try {
    notify(walk, unit, end);
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (!refusal) throw thrown;
    walk.halt.stop({ state: 'failed', refusal });
  }
}

function unitOf(walk: Walk, state: HostState, play: Play, task: Task): Unit {
  const name = { host: state.host.name, id: task.id, task: task.name.value, module: task.module, noLog: task.noLog };
  const bare: Unit = { state, play, task, name, more: {} };
  return { ...bare, name: { ...name, task: taskName(walk, bare) } };
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
function itemsOf(walk: Walk, unit: Unit, loop: NonNullable<Task['loop']>): readonly Json[] | StepEnd {
  try {
    const items = walk.language.value(loop, scopeOf(walk, unit));
    if (isUnknown(items))
      return isSkipped(walk, unit)
        ? skipped('Conditional result was False')
        : undecidedEnd(walk, unit, items.unknownBecause);
    if (!Array.isArray(items)) throw noList(unit, items);
    return items.length > 0 ? items : skipped('No items in the list');
  } catch (thrown) {
    // A task whose condition is false anyway may loop over what is not there.
    return isSkipped(walk, unit) ? skipped('Conditional result was False') : endOfThrown(walk, unit, thrown, false);
  }
}

function isSkipped(walk: Walk, unit: Unit): boolean {
  try {
    return allHold(walk.language, unit.task.when, scopeOf(walk, unit)) === false;
  } catch (thrown) {
    if (thrown instanceof Fault) return false;
    throw thrown;
  }
}

const noList = (unit: Unit, items: Json): Fault => {
  const { file, line, column } = unit.task.loop?.at ?? unit.task.at;
  const shown = unit.task.noLog ? '' : ` (${labelOf(items)})`;
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

async function runLoop(walk: Walk, unit: Unit, loop: NonNullable<Task['loop']>): Promise<StepEnd> {
  const items = itemsOf(walk, unit, loop);
  if (!isItems(items)) {
    walk.reporter.ended(unit.name, items);
    return items;
  }
  const ends: { readonly item: Json; readonly end: StepEnd }[] = [];
  for (const [index, item] of items.entries()) {
    if (walk.halt.reason && ends.length > 0) break;
    const end = await runUnit(walk, itemUnit(unit, index, item));
    ends.push({ item, end });
    if (end.state === 'unreachable' || (end.state === 'unknown' && walk.mode === 'apply')) break;
  }
  return together(walk, unit, ends);
}

const isItems = (items: readonly Json[] | StepEnd): items is readonly Json[] => Array.isArray(items);

function itemUnit(unit: Unit, index: number, item: Json): Unit {
  const { loopVar, noLog } = unit.task;
  const label = noLog ? '' : ` (${labelOf(item)})`;
  return {
    ...unit,
    name: { ...unit.name, id: `${unit.name.id}[${index}]`, task: `${unit.name.task}${label}` },
    more: { ...unit.more, [loopVar]: item, ansible_loop_var: loopVar },
  };
}

const worstEnd = (states: readonly StepEndState[]): StepEndState => worst(states, 'skipped');

/** A loop's end from its items': what `register` gets is Ansible's list of results. */
function together(walk: Walk, unit: Unit, ends: readonly { readonly item: Json; readonly end: StepEnd }[]): StepEnd {
  const states = ends.map(({ end }) => end.state);
  const state = walk.mode === 'plan' && states.includes('failed') ? 'failed' : worstEnd(states);
  const changed = ends.some(({ end }) => end.changed);
  const refusal = ends.find(({ end }) => end.state === state)?.end.refusal;
  return {
    state,
    differences: [],
    result: loopResult(unit, ends, changed),
    changed,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function loopResult(
  unit: Unit,
  ends: readonly { readonly item: Json; readonly end: StepEnd }[],
  changed: boolean,
): JsonObject | Unknown {
  const results: JsonObject[] = [];
  for (const { item, end } of ends) {
    if (isUnknown(end.result)) return end.result;
    results.push({ ...end.result, [unit.task.loopVar]: item, ansible_loop_var: unit.task.loopVar });
  }
  const all = (mark: string): boolean => results.every((result) => result[mark] === true);
  const some = (mark: string): boolean => results.some((result) => result[mark] === true);
  const msg = some('failed')
    ? 'One or more items failed'
    : all('skipped')
      ? 'All items skipped'
      : 'All items completed';
  return {
    results,
    changed,
    msg,
    ...(some('failed') ? { failed: true } : {}),
    ...(all('skipped') ? { skipped: true } : {}),
  };
}

/** Notes the handlers a changed task notifies; in a plan, also what a task may notify of which nobody knows whether it changes. */
function notify(walk: Walk, unit: Unit, end: StepEnd): void {
  const certain = end.changed && (end.state === 'changed' || end.state === 'ok' || end.state === 'ignored');
  const possible = walk.mode === 'plan' && end.state === 'unknown';
  if (!certain && !possible) return;
  for (const written of unit.task.notify) {
    const topic = nameOf(walk.language.value(written, scopeOf(walk, unit)), written.value);
    for (const handler of handlersOf(unit.play, topic, unit.task)) {
      const known = unit.state.notified.get(handler.id);
      if (!known?.certain) unit.state.notified.set(handler.id, { by: unit.name.task, certain });
    }
  }
}

/** The handlers a notice means: the last of that name, and all that listen. */
export function handlersOf(play: Play, topic: string, task: Task): readonly Task[] {
  const named = play.handlers.findLast((handler) => handler.name.value === topic);
  const listening = play.handlers.filter((handler) => handler.listen.includes(topic));
  const found = new Set([...(named ? [named] : []), ...listening]);
  if (found.size > 0) return [...found];
  throw new Fault(noHandler(topic, task));
}
