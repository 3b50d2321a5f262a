import { Fault } from '#core/errors.ts';
import { isUnknown, type Scope, type Unknown, unknown } from '#playbook/templates/scope.ts';
import type { Written } from '#playbook/tree.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Language, Walk } from './walk.ts';

type Conditions = readonly Written<string | boolean>[];

/**
 * True when all hold. One that is false decides, also after one that nobody knows yet; so does not a fault after an
 * unknown one, since conditions guard each other from left to right.
 */
export function allHold(language: Language, conditions: Conditions, scope: Scope): boolean | Unknown {
  let open: Unknown | undefined;
  for (const condition of conditions) {
    const holds = open ? leniently(language, condition, scope) : language.condition(condition, scope);
    if (holds === false) return false;
    if (isUnknown(holds)) open ??= holds;
  }
  return open ?? true;
}

/** Whether a unit runs, by its conditions. Where nobody knows whether its list of tasks does, no fault of them is one yet. */
export function mayRun(walk: Walk, unit: Unit): boolean | Unknown {
  const { perhaps } = unit.body;
  try {
    const may = allHold(walk.language, unit.task.when, scopeOf(walk, unit));
    return may === true && perhaps ? unknown(perhaps.because) : may;
  } catch (thrown) {
    if (perhaps && thrown instanceof Fault) return unknown(perhaps.because);
    throw thrown;
  }
}

function leniently(language: Language, condition: Conditions[number], scope: Scope): boolean | Unknown {
  try {
    return language.condition(condition, scope);
  } catch (thrown) {
    if (thrown instanceof Fault) return true;
    throw thrown;
  }
}
