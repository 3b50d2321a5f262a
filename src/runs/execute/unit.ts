import type { Json, JsonObject } from '#core/json.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/scope.ts';
import type { Task } from '#playbook/tree.ts';
import type { BodyGoing, More } from './going.ts';
import type { HostState } from './host-state.ts';
import type { StepName } from './reporter.ts';
import type { Walk } from './walk.ts';

/** One task on one host, or one item of its loop. */
export interface Unit {
  readonly state: HostState;
  readonly body: BodyGoing;
  readonly task: Task;
  readonly name: StepName;
  /** The loops' variables: the task's own, and those of the includes around it. */
  readonly more: More;
  /** For an item of a loop: the whole loop, and which item it is. */
  readonly items?: { readonly all: readonly Json[]; readonly index: number };
}

/** The unit's variables; with a result, also under the name the task registers. */
export const scopeOf = (walk: Walk, unit: Unit, result?: JsonObject | Unknown): Scope =>
  walk.scopeOf(unit.state, unit.body.going, unit.task, {
    ...unit.more,
    ...(result !== undefined && unit.task.register !== undefined ? { [unit.task.register]: result } : {}),
  });

/** True for a written flag or a template that gives a true value. */
export function flagOf(value: Json | Unknown): boolean {
  if (isUnknown(value)) return false;
  if (typeof value === 'string') return ['true', 'yes', 'on', '1', 'y', 't'].includes(value.trim().toLowerCase());
  return value === true || value === 1;
}

/** A number, or what holds when there is none. */
export function numberOf(value: Json | Unknown | undefined, otherwise: number): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : otherwise;
}
