import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import { hasTemplate, looseNames, parseTemplate, reachesAnything, type Scope } from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** A value no shell finds a meaning in, and no command takes for an option. */
const harmless = /^(?!-)[\w@%+=:,./-]*$/;

const isHarmless = (value: Json | undefined): boolean => {
  if (typeof value === 'string') return harmless.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => harmless.test(key) && isHarmless(item as Json));
};

/** Every text in a written value, for one that is a list or a mapping. */
function* texts(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield key;
      yield* texts(item as Json);
    }
  }
}

/**
 * The name of a typed variable (an extra var) whose value reaches the written text unquoted, directly or through
 * variables made of it; undefined when none does, or when its value is a plain word.
 */
export function looseTyped(walk: Walk, unit: Unit, written: Written, scope: Scope): string | undefined {
  const seen = new Set<string>();
  const queue: Written[] = [written];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const name of namesIn(next)) {
      if (seen.has(name)) continue;
      seen.add(name);
      const any = reachesAnything.has(name) ? somethingTyped(walk) : undefined;
      if (any !== undefined) return any;
      if (name === unit.task.loopControl.loopVar && unit.task.loop) queue.push(unit.task.loop);
      else if (Object.hasOwn(walk.extra, name)) {
        if (!isHarmless(walk.extra[name])) return name;
      } else if (unit.state.typed.has(name)) return name;
      else {
        const made = scope.written?.(name);
        if (made) queue.push(made);
      }
    }
  }
  return undefined;
}

/** Something typed that a template could reach without naming it. */
function somethingTyped(walk: Walk): string | undefined {
  const extra = Object.entries(walk.extra).find(([, value]) => !isHarmless(value))?.[0];
  if (extra !== undefined) return extra;
  for (const { typed } of walk.states.values()) for (const name of typed) return name;
  return undefined;
}

/** What is made of a typed value is as typed: facts, what a task registers, the items of an include. */
export function noteTyped(walk: Walk, unit: Unit, scope: Scope): void {
  const { args, register, loop, loopControl, include } = unit.task;
  const written = [...Object.values(args), ...(loop ? [loop] : [])].map(asTemplate);
  const loose = written.some((one) => looseTyped(walk, unit, one, scope) !== undefined);
  if (register !== undefined && loose) unit.state.typed.add(register);
  if (include && loop && loose) unit.state.typed.add(loopControl.loopVar);
}

/** `debug: var=name` and its like are expressions without braces. */
const asTemplate = ({ value, at }: Written): Written =>
  typeof value === 'string' && !hasTemplate(value) && /^[A-Za-z_][\w.[\]'"]*$/.test(value)
    ? { value: `{{ ${value} }}`, at }
    : { value, at };

function namesIn(written: Written): ReadonlySet<string> {
  const names = new Set<string>();
  for (const text of texts(written.value)) {
    if (hasTemplate(text)) for (const name of looseNames(parseTemplate(text, written.at))) names.add(name);
  }
  return names;
}

/** Thrown where a playbook would let a typed value be read by a shell: nothing a person types is a shell word. */
export const typedInShell = (name: string, { at }: Written, module: string): Fault => {
  const place = `${at.file}:${at.line}`;
  return new Fault({
    code: 'step.typed_in_shell',
    say: t(
      `${place}: “${name}” was typed and would be read by ${module} as more than one plain word.`,
      `${place} : « ${name} » a été tapé et serait lu par ${module} comme plus qu’un simple mot.`,
    ),
    next: t(`Write {{ ${name} | quote }} in the playbook.`, `Écrivez {{ ${name} | quote }} dans le playbook.`),
  });
};
