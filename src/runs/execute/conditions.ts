import { Fault } from '#core/errors.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/scope.ts';
import type { Written } from '#playbook/tree.ts';
import type { Language } from './walk.ts';

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

function leniently(language: Language, condition: Conditions[number], scope: Scope): boolean | Unknown {
  try {
    return language.condition(condition, scope);
  } catch (thrown) {
    if (thrown instanceof Fault) return true;
    throw thrown;
  }
}
