import { Fault, type Refusal } from '#core/errors.ts';
import type { PlayRequest } from '#core/plan.ts';
import { type Text, t } from '#core/text.ts';
import { mayBeSet } from '#core/variable-names.ts';
import type { Layer } from '#playbook/templates/index.ts';
import { isLazy } from '#playbook/templates/scope.ts';
import { type Play, type Position, type Task, tasksOf, type Vars, withDependencies } from '#playbook/tree.ts';
import type { Loaded } from '../load.ts';
import { placeText } from './faults.ts';

/** Where the team wrote a variable: a place in a file, or what gave it. */
type Place = Position | string;

/**
 * The refusal when a person named a variable that the team wrote. A variable of a run is above all others, so that any
 * name would do: a path, a user, a task's result. What a role's defaults or `vars_prompt` name is there to be told.
 */
export function nameTaken({ typed = [] }: PlayRequest, loaded: Loaded): Refusal | undefined {
  for (const name of typed) {
    if (!mayBeSet(name)) return refusalOf(name, undefined);
    const place = placeOf(name, loaded);
    if (place !== undefined) return refusalOf(name, place);
  }
  return undefined;
}

function placeOf(name: string, { plays, inventory }: Loaded): Place | undefined {
  for (const { play, hosts } of plays) {
    if (!asksFor(play, name)) {
      const layers = hosts.flatMap((host) => inventory.variables(host.name));
      const layer = layers.find(({ values }) => Object.hasOwn(values, name));
      if (layer) return layer.plain ? layer.source : layer.values[name]?.at;
      if (Object.hasOwn(play.vars, name)) return play.vars[name]?.at;
    }
    const place = inPlay(play, name);
    if (place) return place;
  }
  return undefined;
}

/** The answer to a prompt is above the inventory and the play's own variables, and above nothing else. */
export const asksFor = (play: Play | undefined, name: string): boolean =>
  play?.prompts.some((prompt) => prompt.name === name) ?? false;

function inPlay(play: Play, name: string): Position | undefined {
  const tasks = [...play.sections, play.handlers].flatMap((items) => [...tasksOf(items)]);
  const used = [...play.roles, ...tasks.flatMap(({ role }) => (role ? withDependencies(role) : []))];
  for (const vars of new Set(used.flatMap((role) => [role.vars, role.params]))) {
    const at = atIn(vars, name);
    if (at) return at;
  }
  for (const task of tasks) {
    const at = inTask(task, name);
    if (at) return at;
  }
  return undefined;
}

const atIn = (vars: Vars, name: string): Position | undefined =>
  Object.hasOwn(vars, name) ? vars[name]?.at : undefined;

function inTask(task: Task, name: string): Position | undefined {
  if (task.register === name) return task.at;
  return atIn(task.vars, name) ?? (task.module === 'set_fact' ? atIn(task.args, name) : undefined);
}

/** What an include, a file of variables or a task's result has only brought when the task's variables are looked at. */
export function guardNames(typed: readonly string[], layers: readonly Layer[]): void {
  for (const name of typed) {
    const layer = layers.find((one) => Object.hasOwn(one, name));
    if (!layer) continue;
    const value = layer[name];
    throw new Fault(refusalOf(name, isLazy(value) ? value.lazy.at : givenByTask));
  }
}

const givenByTask = 'a task';

function refusalOf(name: string, place: Place | undefined): Refusal {
  return {
    code: 'run.variable_set',
    say: join(name, place),
    next: t(
      'Leave it out, or have the playbook ask for it: “vars_prompt”, or a default of a role.',
      'Omettez-la, ou faites-la demander par le playbook : « vars_prompt », ou une valeur par défaut d’un rôle.',
    ),
  };
}

function join(name: string, place: Place | undefined): Text {
  if (place === undefined)
    return t(
      `The variable “${name}” cannot be set from chat.`,
      `La variable « ${name} » ne peut être donnée par chat.`,
    );
  if (place === givenByTask)
    return t(
      `The variable “${name}” cannot be set from chat: a task sets it.`,
      `La variable « ${name} » ne peut être donnée par chat : une tâche la définit.`,
    );
  const where = typeof place === 'string' ? place : placeText(place);
  return t(
    `The variable “${name}” cannot be set from chat: ${where} sets it.`,
    `La variable « ${name} » ne peut être donnée par chat : ${where} la définit.`,
  );
}
