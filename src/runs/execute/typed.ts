import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { Module } from '#playbook/modules/module.ts';
import { hasTemplate, type Scope } from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import { type Reading, TypedReading } from './typed-reading.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/**
 * The name of a typed variable (an extra var) that may be in what is made of the written text, quoted or not; undefined
 * when there is none, or when its value is a plain word.
 */
export const typedIn = (walk: Walk, unit: Unit, written: Written, scope: Scope): string | undefined =>
  new TypedReading(walk, unit, scope, 'any').read(written);

/** Throws where a module hands a typed value to something that would read it as more than one plain word. */
export function guardTyped(walk: Walk, unit: Unit, module: Module, scope: Scope): void {
  for (const [argument, reading] of Object.entries(module.interpreted ?? {})) {
    const written = unit.task.args[argument];
    // Words of a list are not split.
    if (!written || (reading === 'words' && Array.isArray(written.value))) continue;
    const open = readsOtherwise(unit, module) ? '?' : undefined;
    const name = new TypedReading(walk, unit, scope, reading).read(written, open);
    if (name !== undefined) throw typedInShell(name, written, module.name, reading);
  }
}

/** True where the line is read by no shell that `quote` is made for. */
const readsOtherwise = ({ task }: Unit, { name }: Module): boolean =>
  (name === 'shell' || name === 'raw') &&
  task.args.executable !== undefined &&
  !/^[\w./-]*\b(?:sh|ash|bash|dash|ksh|mksh|zsh)$/.test(String(task.args.executable.value));

/** What is made of a typed value is as typed, since quotes protect one shell only: facts, results, items of an include. */
export function noteTyped(walk: Walk, unit: Unit, scope: Scope, module?: Module): void {
  const { typed } = unit.state;
  const { args, register, environment, name, loop, loopControl, include } = unit.task;
  const isTyped = (written: Written): boolean => typedIn(walk, unit, written, scope) !== undefined;
  if (module?.name === 'set_fact') {
    for (const [fact, written] of Object.entries(args)) isTyped(written) ? typed.add(fact) : typed.delete(fact);
  }
  const given = Object.entries(args).map(([argument, written]) => asTemplate(written, argument, module));
  if (![...given, ...environment, ...(loop ? [loop] : []), name].some(isTyped)) return;
  for (const one of ['ansible_failed_result', 'ansible_failed_task', ...(module?.tells ?? [])]) typed.add(one);
  if (register !== undefined) typed.add(register);
  if (include && loop) for (const one of [loopControl.loopVar, 'ansible_loop']) typed.add(one);
}

/** `debug: var=name` and its like are expressions without braces. */
const asTemplate = ({ value, at }: Written, argument: string, module: Module | undefined): Written =>
  typeof value === 'string' && !hasTemplate(value) && module?.expressions?.includes(argument)
    ? { value: `{{ ${value} }}`, at }
    : { value, at };

const advice = (name: string, reading: Reading) => {
  if (reading === 'sql')
    return t(
      `Write %(${name})s in the query, and give its value in named_args.`,
      `Écrivez %(${name})s dans la requête, et donnez sa valeur dans named_args.`,
    );
  const quoted = `{{ ${name} | quote }}`;
  if (reading === 'cron')
    return t(
      `Write ${quoted} in the playbook, without quotes of your own around it; a value for cron has no %.`,
      `Écrivez ${quoted} dans le playbook, sans guillemets à vous autour ; une valeur pour cron n’a pas de %.`,
    );
  return t(
    `Write ${quoted} in the playbook, without quotes of your own around it.`,
    `Écrivez ${quoted} dans le playbook, sans guillemets à vous autour.`,
  );
};

/** Thrown where a playbook would let a typed value be read by a shell: nothing a person types is a shell word. */
const typedInShell = (name: string, { at }: Written, module: string, reading: Reading): Fault => {
  const place = `${at.file}:${at.line}`;
  return new Fault({
    code: 'step.typed_in_shell',
    say: t(
      `${place}: “${name}” was typed and would be read by ${module} as more than one plain word.`,
      `${place} : « ${name} » a été tapé et serait lu par ${module} comme plus qu’un simple mot.`,
    ),
    next: advice(name, reading),
  });
};
