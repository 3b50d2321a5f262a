import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { Text } from '#core/text.ts';
import { canonicalName, checkArguments } from '#playbook/modules/arguments.ts';
import type { Module } from '#playbook/modules/module.ts';
import { isUnknown, unknown } from '#playbook/templates/scope.ts';
import { delegateForeseen } from './delegate.ts';
import { examine, type Invocation, namedBy, pathsOf } from './examine.ts';
import { invoke } from './invoke.ts';
import { type Pending, tidy } from './pending.ts';
import { thisMachine } from './remote.ts';
import { Undecided } from './undecided.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** What a task is about, by its arguments: its paths, and what it names. That a command runs says nothing of what it touches. */
const namesIn = (module: Module, args: JsonObject): readonly string[] =>
  module.once ? [] : [...pathsOf(module, args), ...namedBy(module, args), ...packagesIn(module, args)];

const packageModules: ReadonlySet<string> = new Set(['apt', 'dnf', 'yum', 'package']);

const packagesIn = ({ name: module }: Module, { name }: JsonObject): readonly string[] =>
  packageModules.has(module)
    ? (Array.isArray(name) ? name : [name]).flatMap((one) => (typeof one === 'string' ? [`package ${one}`] : []))
    : [];

/**
 * What a unit looks at first and changes then, on the machine where it is done: others that work there at the same time
 * wait for it, or one of them would undo the other's change. Only delegation, and the machine
 * that plays, bring several to one.
 */
export function thingsOf(walk: Walk, { task }: Unit, { module, args, host, line }: Invocation): readonly string[] {
  const isShared = task.delegateTo !== undefined || walk.delegated.has(host.name) || line.machine === thisMachine;
  if (!isShared || module.local || module.once || module.waits) return [];
  const checked = checkArguments(module, args);
  if (!checked.ok) return [];
  const whole = module.subjects === undefined ? [] : [module.name];
  const things = [...namesIn(module, checked.value), ...whole].map(tidy);
  return [...new Set(things)].map((thing) => `${line.machine} ${thing}`);
}

/** The arguments that are known by now, by their own names. */
function knownArguments(walk: Walk, unit: Unit, module: Module): JsonObject {
  const scope = scopeOf(walk, unit);
  const known: Record<string, Json> = {};
  for (const [name, written] of Object.entries(unit.task.args)) {
    try {
      const value = module.expressions?.includes(name) ? written.value : walk.language.value(written, scope);
      if (!isUnknown(value) && !walk.language.omitted(value, scope)) known[canonicalName(module, name) ?? name] = value;
    } catch (thrown) {
      if (!(thrown instanceof Fault) && !(thrown instanceof Undecided)) throw thrown;
    }
  }
  return known;
}

/** What a planned step is about of which nobody knows yet what it does, as far as that can be told. */
export async function perhapsAbout(walk: Walk, unit: Unit, asks: boolean): Promise<readonly string[]> {
  const module = walk.registry.get(unit.task.module);
  if (module === undefined || module.local || module.once) return [];
  const known = knownArguments(walk, unit, module);
  const own = namesIn(module, known);
  // No host is connected to for a guess that the plan does not name, and no file read that it is not made from.
  const isFar = unit.task.delegateTo !== undefined || known.src !== undefined;
  // Nor is a host asked what takes long, or once for each item.
  const isShort = module.quick === true && unit.items === undefined;
  if (module.subjects === undefined || !asks || isFar || !isShort) return own;
  try {
    const { args, state } = await examine(invoke(walk, unit));
    return [...own, ...module.subjects(args, state)];
  } catch (thrown) {
    if (thrown instanceof Fault || thrown instanceof Undecided) return own;
    throw thrown;
  }
}

/** Facts that a planned step gives its host, where nobody knows what they will be. */
export function leaveUntold({ state }: Unit, { tells = [] }: Pick<Module, 'tells'>, because: Text): void {
  state.told = { ...state.told, ...Object.fromEntries(tells.map((name) => [name, unknown(because)])) };
}

/** What is to change on the machine to which a planned step goes, as far as it can be told which one that is. */
export function pendingOf(walk: Walk, unit: Unit): Pending {
  const { state, task } = unit;
  try {
    const name = delegateForeseen(walk, unit);
    const host = name === undefined ? state.host : (walk.inventory.now.host(name) ?? state.host);
    return walk.pendingOn(walk.remote(host, undefined, task.local).machine);
  } catch (thrown) {
    if (thrown instanceof Fault) return walk.pendingOn(state.host.name);
    throw thrown;
  }
}
