import type { CapabilityName } from '#core/capabilities.ts';
import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import type { Arg, ArgKind } from './arg.ts';
import { faultsOfArgs } from './check-args.ts';
import type { Command, NeedName } from './command.ts';
import type { AnyPlugin } from './plugin.ts';

/** Every need a command can list. */
export const needNames = [
  'hosts',
  'facts',
  'runs',
  'audit',
  'people',
  'charts',
  'playbooks',
  'series',
  'metrics',
  'logs',
] as const satisfies readonly NeedName[];

/** Every capability a plugin can provide. */
const capabilityNames = ['metrics', 'logs'] as const satisfies readonly CapabilityName[];

/** Every kind of argument. */
export const argKinds = [
  'word',
  'text',
  'words',
  'number',
  'duration',
  'date',
  'choice',
  'flag',
  'host',
  'hosts',
  'playbook',
  'vars',
  'secret',
  'command',
] as const satisfies readonly ArgKind[];

const pluginName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const commandName = /^[a-z][a-z0-9-]*( [a-z][a-z0-9-]*){0,3}$/;
const permissionName = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$/;

/** What is wrong with a plugin: empty when nothing is. Every fault at once, each with what to do. */
export function faultsOfPlugin(plugin: AnyPlugin): readonly Refusal[] {
  const shape = faultOfShape(plugin);
  if (shape) return [shape];
  const name = pluginName.test(plugin.name)
    ? []
    : [
        fault(
          t(
            `The plugin's name “${plugin.name}” must be small letters, digits and hyphens.`,
            `Le nom du greffon « ${plugin.name} » doit être en minuscules, chiffres et traits d’union.`,
          ),
        ),
      ];
  return [
    ...name,
    ...faultsOfAbout(plugin.about, plugin.name, {}),
    ...faultsOfJob(plugin),
    ...faultsOfProvided(plugin),
    ...faultsOfNames(plugin),
    ...plugin.commands.flatMap((command) => faultsOfCommand(command as Command)),
  ];
}

/** A refusal about a plugin, with where in it. */
export const fault = (say: Text, details: JsonObject = {}): Refusal => ({ code: 'plugin.invalid', say, details });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** What comes from a file may be anything at all: look before reading on. */
function faultOfShape(plugin: unknown): Refusal | undefined {
  const right =
    isObject(plugin) &&
    typeof plugin.name === 'string' &&
    isObject(plugin.settings) &&
    typeof plugin.settings.safeParse === 'function' &&
    Array.isArray(plugin.commands) &&
    plugin.commands.every((command) => isObject(command) && typeof command.name === 'string' && isObject(command.args));
  if (right) return undefined;
  return fault(
    t(
      'The default export is not a plugin: it needs a name, settings (a zod schema) and commands.',
      'L’export par défaut n’est pas un greffon : il lui faut un nom, des réglages (un schéma zod) et des commandes.',
    ),
  );
}

function faultsOfJob(plugin: AnyPlugin): readonly Refusal[] {
  if (!plugin.every) return [];
  const right = Number.isFinite(plugin.every.seconds) && plugin.every.seconds >= 1;
  if (right && typeof plugin.every.run === 'function') return [];
  return [
    fault(
      t(
        `The background job of ${plugin.name} must have a function and run at most once a second.`,
        `La tâche de fond de ${plugin.name} doit avoir une fonction et tourner au plus une fois par seconde.`,
      ),
    ),
  ];
}

function faultsOfProvided(plugin: AnyPlugin): readonly Refusal[] {
  const wrong = Object.entries(plugin.provides ?? {}).filter(
    ([name, make]) => !capabilityNames.some((known) => known === name) || typeof make !== 'function',
  );
  return wrong.map(([name]) =>
    fault(
      t(
        `${plugin.name} may provide, by a function: ${capabilityNames.join(', ')}; not “${name}”.`,
        `${plugin.name} peut fournir, par une fonction : ${capabilityNames.join(', ')} ; pas « ${name} ».`,
      ),
    ),
  );
}

function faultsOfNames(plugin: AnyPlugin): readonly Refusal[] {
  const seen = new Set<string>();
  const faults: Refusal[] = [];
  for (const command of plugin.commands) {
    for (const name of [command.name, ...(command.aliases ?? [])]) {
      if (seen.has(name)) {
        const say = t(`Two commands are called “${name}”.`, `Deux commandes s’appellent « ${name} ».`);
        faults.push(fault(say, { command: name }));
      }
      seen.add(name);
    }
  }
  return faults;
}

function faultsOfCommand(command: Command): readonly Refusal[] {
  const at = { command: command.name };
  const wrong = (bad: boolean, en: string, fr: string): readonly Refusal[] =>
    bad ? [fault(t(`The command “${command.name}” ${en}.`, `La commande « ${command.name} » ${fr}.`), at)] : [];
  const names = [command.name, ...(command.aliases ?? [])];
  const needs = (command.needs ?? []) as readonly NeedName[];
  const isQuestion = command.kind === 'question';
  return [
    ...wrong(
      names.some((name) => !commandName.test(name)),
      'must be named by one to four words of small letters',
      'doit être nommée par un à quatre mots en minuscules',
    ),
    ...faultsOfAbout(command.about, command.name, at),
    ...wrong(
      !permissionName.test(command.permission ?? ''),
      'needs a permission such as “deploy.run”, without *',
      'a besoin d’une permission telle que « deploy.run », sans *',
    ),
    ...wrong(
      needs.some((need) => !needNames.includes(need)) || new Set(needs).size !== needs.length,
      `may need, once each: ${needNames.join(', ')}`,
      `peut demander, une fois chacun : ${needNames.join(', ')}`,
    ),
    ...wrong(
      isQuestion ? typeof command.answer !== 'function' : typeof command.plan !== 'function',
      'needs a function: answer for a question, plan for a change',
      'a besoin d’une fonction : answer pour une question, plan pour un changement',
    ),
    ...wrong(
      !isQuestion && command.risk !== 'ordinary' && command.risk !== 'grave',
      'needs a risk: ordinary or grave',
      'a besoin d’un risque : ordinary ou grave',
    ),
    ...faultsOfExamples(command, names, at),
    ...faultsOfArgs(command.name, command.args as Readonly<Record<string, Arg<unknown>>>, argKinds),
  ];
}

function faultsOfExamples(command: Command, names: readonly string[], at: JsonObject): readonly Refusal[] {
  const examples = command.examples ?? [];
  const belongs = (example: string) => names.some((name) => example === name || example.startsWith(`${name} `));
  if (examples.length > 0 && examples.every((example: unknown) => typeof example === 'string' && belongs(example)))
    return [];
  return [
    fault(
      t(
        `The command “${command.name}” needs at least one example, each beginning with its name.`,
        `La commande « ${command.name} » a besoin d’au moins un exemple, chacun commençant par son nom.`,
      ),
      at,
    ),
  ];
}

function faultsOfAbout(about: Text | undefined, name: string, at: JsonObject): readonly Refusal[] {
  const right = typeof about === 'string' ? about !== '' : isObject(about) && Boolean(about.en) && Boolean(about.fr);
  if (right) return [];
  return [
    fault(
      t(
        `“${name}” does not say what it is about, in English and French.`,
        `« ${name} » ne dit pas de quoi il s’agit, en anglais et en français.`,
      ),
      at,
    ),
  ];
}
