import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { Quote } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import { isUnknown, type Scope } from '#playbook/templates/scope.ts';
import type { Remote } from './remote.ts';
import { Undecided } from './undecided.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

const isMap = (value: Json): value is JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

const nameOf = /^[A-Za-z_][A-Za-z0-9_]*$/;

const asText = (value: Json): string => {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** The task's environment, that of the play and the blocks around it included. Throws a Fault for a name no shell takes. */
export function environmentOf(walk: Walk, unit: Unit, scope: Scope): Readonly<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const written of unit.task.environment) {
    const value = walk.language.value(written, scope);
    if (isUnknown(value)) throw new Undecided(value.unknownBecause);
    for (const part of [value].flat()) {
      if (!isMap(part)) continue;
      for (const [name, one] of Object.entries(part)) {
        if (!nameOf.test(name)) throw badName(name, written.at);
        all[name] = asText(one);
      }
    }
  }
  return all;
}

const badName = (name: string, at: { readonly file: string; readonly line: number; readonly column: number }): Fault =>
  new Fault({
    code: 'step.environment',
    say: t(
      `${at.file}:${at.line}:${at.column}: “${name}” is no name of an environment variable.`,
      `${at.file}:${at.line}:${at.column} : « ${name} » n’est pas un nom de variable d’environnement.`,
    ),
  });

/** The lines that set an environment for what comes after them. */
export const exportsOf = (values: Readonly<Record<string, string>>, quote: Quote): string =>
  Object.entries(values)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('');

/** The remote, its scripts with these lines that set an environment. Each script has a shell of its own: nothing stays behind. */
export function withEnvironment(remote: Remote, lines: string): Remote {
  if (lines === '') return remote;
  return {
    login: remote.login,
    machine: remote.machine,
    get gone() {
      return remote.gone;
    },
    use: remote.use,
    probe: (script, options, following) => remote.probe(lines + script, options, following),
    read: (script, options) => remote.read(lines + script, options),
    change: (script, options) => remote.change(lines + script, options),
  };
}
