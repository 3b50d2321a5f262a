import { setImmediate } from 'node:timers/promises';
import { Fault, refusalOf } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { isUnknown, type Unknown } from '#playbook/templates/scope.ts';
import type { Task } from '#playbook/tree.ts';
import { toldFault, toldOf } from './failures.ts';
import type { BodyGoing } from './going.ts';
import { handlersOf } from './handlers.ts';
import { type HostState, leave } from './host-state.ts';
import { noteUnknown, runUnit } from './item.ts';
import { labelOf, nameOf } from './labels.ts';
import { isItems, itemsOf, loopVariables, unitOf, withItemSeal } from './loop.ts';
import { count, countLost, countRescued, isLost, worst } from './recap.ts';
import type { StepEnd, StepEndState } from './reporter.ts';
import { noteChosen, noteChosenAs } from './typed/chosen.ts';
import { numberOf, scopeOf, type Unit } from './unit.ts';
import { pause } from './waiting.ts';
import type { Walk } from './walk.ts';

/** One task on one host, loop and all, with everything it leaves behind: registered values, notices, counts. */
export async function runTask(walk: Walk, state: HostState, body: BodyGoing, task: Task): Promise<void> {
  try {
    await walk.told.during(task, () => runOn(walk, state, body, task));
  } catch (thrown) {
    throw toldFault(task, thrown);
  }
}

async function runOn(walk: Walk, state: HostState, body: BodyGoing, task: Task): Promise<void> {
  const unit = unitOf(walk, state, body, task);
  noteChosen(walk, unit);
  const end = task.loop === undefined ? await runUnit(walk, unit) : await runLoop(walk, unit, task.loop);
  if (task.register !== undefined) {
    noteChosenAs(walk, unit, [task.register]);
    state.known[task.register] = end.result;
    if (walk.mode === 'plan' && end.changed) state.foreseen.add(task.register);
    else state.foreseen.delete(task.register);
  }
  // A host that did nothing but that was never reached: there were no facts to gather.
  if (end.state === 'unreachable' && state.counts.ok === state.assumedFacts) state.counts = { ...state.counts, ok: 0 };
  const rescued = end.state === 'failed' && state.rescues > 0;
  state.counts = rescued ? countRescued(state.counts) : count(state.counts, end.state, end.changed);
  if (isLost(end)) state.counts = countLost(state.counts);
  if (end.state === 'failed') leaveFailed(unit, end);
  if (end.state === 'unreachable' || (end.state === 'unknown' && walk.mode === 'apply')) leave(state, 'unreachable');
  try {
    notify(walk, unit, end);
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (!refusal) throw thrown;
    if (!body.perhaps) walk.halt.stop({ state: 'failed', refusal: toldOf(task, refusal) });
  }
}

/** A failed host knows what failed, for a `rescue`. */
function leaveFailed({ state, task, name }: Unit, end: StepEnd): void {
  state.known.ansible_failed_task = { name: name.task, action: task.module };
  state.known.ansible_failed_result = end.result;
  leave(state, 'failed');
}

/** After so many items others have their turn, and a stop is heard: what nobody foresees waits for nothing. */
const stretch = 100;

async function runLoop(walk: Walk, unit: Unit, loop: NonNullable<Task['loop']>): Promise<StepEnd> {
  const items = itemsOf(walk, unit, loop);
  if (!isItems(items)) {
    if (items.state === 'unknown' && walk.mode === 'plan') await noteUnknown(walk, unit, true);
    walk.reporter.ended(unit.name, items);
    return items;
  }
  const ends: { readonly item: Json; readonly end: StepEnd }[] = [];
  for (const [index, item] of items.entries()) {
    if (walk.halt.reason && ends.length > 0) break;
    if (index % stretch === stretch - 1) await setImmediate();
    if (index > 0) await between(walk, unit);
    const end = await runUnit(walk, itemUnit(walk, unit, index, items));
    ends.push({ item, end });
    if (end.state === 'unreachable' || (end.state === 'unknown' && walk.mode === 'apply')) break;
  }
  return together(walk, unit, ends);
}

/** `loop_control: pause`: seconds between items, in a run. */
async function between(walk: Walk, unit: Unit): Promise<void> {
  const { pause: written } = unit.task.loopControl;
  if (written === undefined || walk.mode === 'plan') return;
  const seconds = numberOf(walk.language.value(written, scopeOf(walk, unit)), 0);
  if (seconds <= 0) return;
  await pause(seconds * 1000, [walk.control.now, walk.control.boundary]);
  walk.calm.end();
}

function itemUnit(walk: Walk, unit: Unit, index: number, items: readonly Json[]): Unit {
  const item = items[index] ?? null;
  const { loopControl, noLog } = unit.task;
  const more = { ...unit.more, ...loopVariables(loopControl, index, items) };
  const label = noLog ? '' : ` (${itemLabel(walk, { ...unit, more }, item)})`;
  const name = { ...unit.name, id: `${unit.name.id}[${index}]`, task: `${unit.name.task}${label}` };
  return withItemSeal(walk, { ...unit, name, more, items: { all: items, index } });
}

/** What an item is called on screen: `loop_control: label`, else the item itself. */
function itemLabel(walk: Walk, unit: Unit, item: Json): string {
  const { label } = unit.task.loopControl;
  if (label === undefined) return labelOf(item, walk.redact);
  try {
    const value = walk.language.value(label, scopeOf(walk, unit));
    return isUnknown(value) ? labelOf(item, walk.redact) : labelOf(value, walk.redact);
  } catch (thrown) {
    if (thrown instanceof Fault) return labelOf(item, walk.redact);
    throw thrown;
  }
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
    const { loopVar } = unit.task.loopControl;
    results.push({ ...end.result, [loopVar]: item, ansible_loop_var: loopVar });
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
    for (const handler of handlersOf(unit.body.going, topic, unit.task)) {
      const known = unit.state.notified.get(handler.id);
      if (!known?.certain) unit.state.notified.set(handler.id, { by: unit.name.task, certain });
    }
  }
}
