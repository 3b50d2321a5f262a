import { refusalOf } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import { isUnknown, type Scope } from '#playbook/templates/scope.ts';
import { Undecided } from './undecided.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** The host the task is delegated to, which may be the one it is about. */
export function delegateOf(walk: Walk, unit: Unit, scope: Scope): Host | undefined {
  const { delegateTo } = unit.task;
  if (delegateTo === undefined) return undefined;
  const name = walk.language.value(delegateTo, scope);
  if (isUnknown(name)) throw new Undecided(name.unknownBecause);
  if (name === null || name === '') return undefined;
  return name === unit.state.host.name ? unit.state.host : walk.delegate(String(name), delegateTo.at);
}

/**
 * The other host that a step which nobody can foresee goes to, where that can be known: it is one of the plan. Throws
 * what says that whoever asks has no right there.
 */
export function delegateForeseen(walk: Walk, unit: Unit): string | undefined {
  const { delegateTo } = unit.task;
  if (delegateTo === undefined) return undefined;
  try {
    const scope = scopeOf(walk, unit);
    const said = walk.language.value(delegateTo, scope);
    // The machine of the bot is no host of a plan: whether it may be worked on, the run says.
    if (isUnknown(said) || !walk.inventory.now.hostsOf('all').includes(String(said))) return undefined;
    const name = delegateOf(walk, unit, scope)?.name;
    const isThere = walk.registry.get(unit.task.module)?.local !== true;
    return isThere && name !== unit.state.host.name ? name : undefined;
  } catch (thrown) {
    const code = refusalOf(thrown)?.code;
    // What only a run can say, or only where the step is done at all, is no mistake yet.
    if (thrown instanceof Undecided || (code !== undefined && code !== 'policy.not_allowed')) return undefined;
    throw thrown;
  }
}
