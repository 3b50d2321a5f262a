import type { Json, JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { ModuleResult } from '#playbook/modules/module.ts';
import { isUnknown, unknown } from '#playbook/templates/scope.ts';
import { allHold } from './conditions.ts';
import { failureOf } from './failures.ts';
import type { StepEnd } from './reporter.ts';
import { scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

const linesOf = (text: Json | undefined): readonly string[] | undefined =>
  typeof text === 'string'
    ? text
        .replace(/\n$/, '')
        .split('\n')
        .filter((_, i, all) => all.length > 1 || all[i] !== '')
    : undefined;

/** The return values as Ansible gives them: with `changed`, `failed`, and outputs also by line. */
export function complete(raw: ModuleResult): JsonObject {
  const lines: Record<string, Json> = {};
  for (const name of ['stdout', 'stderr']) {
    const split = raw.result[`${name}_lines`] === undefined ? linesOf(raw.result[name]) : undefined;
    if (split) lines[`${name}_lines`] = split;
  }
  return {
    ...raw.result,
    ...lines,
    changed: raw.changed,
    failed: raw.failed !== undefined,
    ...(raw.failed === undefined ? {} : { msg: raw.failed }),
  };
}

/** What a module's return values come to under `changed_when` and `failed_when`. */
export function judge(walk: Walk, unit: Unit, raw: ModuleResult, differences: readonly Difference[]): StepEnd {
  const given = complete(raw);
  const scope = scopeOf(walk, unit, given);
  const changedWhen = unit.task.changedWhen && allHold(walk.language, unit.task.changedWhen, scope);
  const failedWhen = unit.task.failedWhen && allHold(walk.language, unit.task.failedWhen, scope);
  const changed = typeof changedWhen === 'boolean' ? changedWhen : raw.changed;
  const failed = typeof failedWhen === 'boolean' ? failedWhen : raw.failed !== undefined;
  const message = raw.failed ?? (typeof given.msg === 'string' && given.msg !== '' ? given.msg : 'failed_when is true');
  const result = {
    ...given,
    changed,
    failed,
    ...(unit.task.failedWhen && !isUnknown(failedWhen) ? { failed_when_result: failed } : {}),
  };
  return {
    state: failed ? 'failed' : changed ? 'changed' : 'ok',
    differences,
    result,
    changed,
    ...(failed ? { refusal: failureOf(walk, unit, result, message) } : {}),
  };
}

/** True when the task says beforehand that it never changes anything: `changed_when: false`. */
export function saysUnchanged(walk: Walk, unit: Unit): boolean {
  const { changedWhen, register } = unit.task;
  if (!changedWhen) return false;
  const unseen = unknown(register ?? unit.name.task);
  return allHold(walk.language, changedWhen, scopeOf(walk, unit, unseen)) === false;
}
