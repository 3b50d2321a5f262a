import type { Written } from '#playbook/tree.ts';
import { scopeOf, type Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { TypedOrigins } from './origins.ts';
import { hasTyped } from './roots.ts';

/** What is nothing, the folder itself or the one above, quoted or not: no name of a path. */
export const isNoName = (text: string): boolean => /^(?:[./\s]*|''|"")$/.test(text);

/** Programs that remove or overwrite what their paths name, or all that is below. */
const removing =
  /\b(?:rm|rmdir|unlink|shred|find|rsync|mv|chmod|chown|chgrp|chattr|setfacl|truncate|dd|mkfs|wipe|tar|git|rclone|zip)\b/;

/**
 * True for a task that may take away, or go over, all that a path names: there a name of it that is nothing by what was
 * typed is more than its author meant. Elsewhere it is what they wrote, such as the folder of a chroot or none.
 */
export function mayRemove({ task: { args, module } }: Unit): boolean {
  const of = (name: string): unknown => args[name]?.value;
  const isSet = (name: string): boolean => of(name) !== undefined && !/^(?:false|no)$/i.test(String(of(name)));
  const state = String(of('state') ?? '');
  if (/absent|\{/.test(state) || ['recurse', 'delete', 'force', 'exclusive'].some(isSet)) return true;
  // What a file says that is rendered is not written in the task.
  if (module === 'template' || module === 'script') return true;
  return Object.values(args).some(({ value }) => removing.test(JSON.stringify(value)));
}

/** A condition is an expression without braces. */
const asTemplates = (conditions: Unit['task']['when']): readonly Written[] =>
  conditions.map(({ value, at }) => ({ value: `{{ ${value} }}`, at }));

/** What decides whether a task, or one of its items, runs at all. */
const decides = ({ task: { when, loop } }: Unit): readonly Written[] => [...asTemplates(when), ...(loop ? [loop] : [])];

/** The facts that a task may set are chosen by what was typed where that decides whether it does. */
export function noteChosen(walk: Walk, unit: Unit): void {
  if (!hasTyped(walk) || unit.task.module !== 'set_fact') return;
  noteChosenAs(walk, unit, Object.keys(unit.task.args));
}

/** True where something typed decides whether the task runs at all. */
export const isDecided = (walk: Walk, unit: Unit): boolean => deciderOf(unit, originsOf(walk, unit)) !== undefined;

const originsOf = (walk: Walk, unit: Unit): TypedOrigins => new TypedOrigins(walk, unit, scopeOf(walk, unit));

const deciderOf = (unit: Unit, origins: TypedOrigins): string | undefined =>
  decides(unit)
    .map((one) => origins.ofWritten(one)?.name ?? origins.chooserOfWritten(one))
    .find((name) => name !== undefined);

/** The same for other names. */
export function noteChosenAs(walk: Walk, unit: Unit, names: readonly string[]): void {
  if (!hasTyped(walk) || names.length === 0) return;
  const origins = originsOf(walk, unit);
  const by = deciderOf(unit, origins);
  for (const [name, chooser] of names.map((one) => [one, by ?? chooserIn(unit, origins, one)] as const)) {
    if (chooser !== undefined) unit.state.chosen.set(name, chooser);
    else if (decides(unit).length === 0) unit.state.chosen.delete(name);
  }
}

/** By what a fact is chosen that is made of others. */
const chooserIn = ({ task }: Unit, origins: TypedOrigins, fact: string): string | undefined => {
  const written = task.module === 'set_fact' ? task.args[fact] : undefined;
  return written && origins.chooserOfWritten(written);
};
