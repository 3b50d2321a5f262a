import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import type { Module } from '#playbook/modules/module.ts';
import { isUnknown, type Scope } from '#playbook/templates/scope.ts';
import type { Item, Task } from '#playbook/tree.ts';
import type { Question } from './ahead.ts';
import { userOf } from './become.ts';
import { allHold } from './conditions.ts';
import { environmentOf, exportsOf } from './environment.ts';
import type { Following } from './going.ts';
import { accountOf } from './invoke.ts';
import { isItems, itemsOf, loopVariables } from './loop.ts';
import type { Remote } from './remote.ts';
import { takesPart } from './tags.ts';
import { Undecided } from './undecided.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/**
 * The probes of what comes after a unit on its host, as far as they can be told by now: the next items of its loop, then
 * the next tasks. Nothing is decided here. What a task really asks is made anew when its turn comes, and it takes the
 * answer to that very probe only, so a wrong guess costs a look and nothing else.
 */
export async function foresee(walk: Walk, unit: Unit, remote: Remote, most: number): Promise<readonly Question[]> {
  const { state, task, body } = unit;
  if (task.delegateTo !== undefined) return [];
  const guess: Guess = { walk, remote, questions: [], most, looks: most * looksForOne };
  if (unit.items) await addItems(guess, unit, unit.items.all, unit.items.index + 1);
  for (const next of tasksAfter(body.following)) {
    if (isEnough(guess) || next.include || next.module === 'meta') break;
    guess.looks -= 1;
    if (!takesPart(next.tags, body.going.tags)) continue;
    const { items: _, ...own } = unit;
    const one: Unit = { ...own, task: next, name: { ...unit.name, id: next.id }, more: body.more(state) };
    await addTask(guess, one);
    if (changesAsPlanned(walk, one)) break;
  }
  return guess.questions;
}

/** What is left out, by its condition for instance, costs a look as well, and there may be very many of those. */
const looksForOne = 4;

const isEnough = ({ questions, most, looks }: Guess): boolean => questions.length >= most || looks <= 0;

/** Questions on the way of being put together. */
interface Guess {
  readonly walk: Walk;
  /** The connection they are asked over. */
  readonly remote: Remote;
  readonly questions: Question[];
  readonly most: number;
  /** How many more items and tasks may be looked at. */
  looks: number;
}

/** Those after a place in a list, then those after the block it stands in. */
function* tasksAfter(following: Following | undefined): Generator<Task> {
  for (let at = following; at; at = at.outer) yield* flat(at.items.slice(at.from));
}

/** Tasks in the order in which they run when nothing fails. */
function* flat(items: readonly Item[]): Generator<Task> {
  for (const item of items) {
    if (item.kind === 'task') yield item;
    else yield* flat([...item.tasks, ...item.always]);
  }
}

/** With a plan at hand: the first change is where what was asked ends to count. */
function changesAsPlanned(walk: Walk, { name }: Unit): boolean {
  const outcome = walk.expected?.of(name.host, name.id)?.outcome;
  return outcome === 'change' || outcome === 'unknown';
}

async function addTask(guess: Guess, unit: Unit): Promise<void> {
  const { task } = unit;
  if (task.runOnce?.value === true || task.delegateTo !== undefined) return;
  if (guess.walk.registry.get(task.module)?.quick !== true) return;
  if (task.loop === undefined) return addUnit(guess, unit);
  const items = itemsOf(guess.walk, unit, task.loop);
  if (isItems(items)) await addItems(guess, unit, items, 0);
}

async function addItems(guess: Guess, unit: Unit, items: readonly Json[], from: number): Promise<void> {
  const { loopControl } = unit.task;
  for (let index = from; index < items.length && !isEnough(guess); index += 1)
    await addUnit(guess, { ...unit, more: { ...unit.more, ...loopVariables(loopControl, index, items) } });
}

async function addUnit(guess: Guess, unit: Unit): Promise<void> {
  const { walk } = guess;
  guess.looks -= 1;
  const module = walk.registry.get(unit.task.module);
  if (module?.quick !== true) return;
  try {
    const scope = scopeOf(walk, unit);
    if (allHold(walk.language, unit.task.when, scope) !== true) return;
    if (walk.remote(unit.state.host, accountOf(walk, unit, scope), unit.task.local) !== guess.remote) return;
    const script = await probeOf(walk, unit, module, scope);
    if (script === undefined) return;
    const lines = exportsOf(environmentOf(walk, unit, scope), walk.quote);
    guess.questions.push({ script: lines + script, user: userOf(walk, unit, unit.state.host, scope) });
  } catch (thrown) {
    // It cannot be told yet; the task itself says so when its turn comes.
    if (!(thrown instanceof Fault) && !(thrown instanceof Undecided)) throw thrown;
  }
}

async function probeOf(walk: Walk, unit: Unit, module: Module, scope: Scope): Promise<string | undefined> {
  const given: Record<string, Json> = {};
  for (const [name, written] of Object.entries(unit.task.args)) {
    const value = module.expressions?.includes(name) ? written.value : walk.language.value(written, scope);
    if (isUnknown(value)) return undefined;
    if (!walk.language.omitted(value, scope)) given[name] = value;
  }
  const checked = checkArguments(module, given as JsonObject);
  if (!checked.ok) return undefined;
  // What a host is asked may hold the checksum of what it is to get: the files are read, and rendered, here too.
  const controller = walk.controller(unit.state, unit.body.going.play, unit.task, () => scope);
  return module.probe(await module.prepare(checked.value, controller), walk.quote);
}
