import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { refuseRenderedWays } from '#playbook/inventory/connection-variables.ts';
import type { Controller, Module } from '#playbook/modules/module.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/scope.ts';
import { userOf } from './become.ts';
import { delegateOf } from './delegate.ts';
import { environmentOf, exportsOf, withEnvironment } from './environment.ts';
import type { Invocation } from './examine.ts';
import { guardScript, guardTyped, noteTyped } from './typed/guard.ts';
import { guardPlaces, guardText } from './typed/places.ts';
import { noteMade } from './typed/roots.ts';
import { Undecided } from './undecided.ts';
import { numberOf, scopeOf, type Unit } from './unit.ts';
import type { Walk } from './walk.ts';

type Rendered = Readonly<Record<string, Json | Unknown>>;

/** The module of a task. The parser knows all modules, so a missing one means that parser and executor disagree. */
export function moduleOf(walk: Walk, unit: Unit): Module {
  const module = walk.registry.get(unit.task.module);
  if (module) return module;
  const { file, line } = unit.task.at;
  throw new Fault({
    code: 'step.no_module',
    say: t(
      `${file}:${line}: there is no module “${unit.task.module}”.`,
      `${file}:${line} : il n’y a pas de module « ${unit.task.module} ».`,
    ),
  });
}

function render(walk: Walk, unit: Unit, module: Module, scope: Scope): Rendered {
  noteTyped(walk, unit, scope, module);
  guardTyped(walk, unit, module, scope);
  const rendered: Record<string, Json | Unknown> = {};
  for (const [name, written] of Object.entries(unit.task.args)) {
    const value = module.expressions?.includes(name) ? written.value : walk.language.value(written, scope);
    if (!walk.language.omitted(value, scope)) rendered[name] = value;
  }
  noteMade(walk, unit, scope, module);
  guardPlaces(walk, unit, module, scope, rendered);
  return rendered;
}

/** Facts that are set from values nobody knows yet are as unknown as those. */
function noteUnknownFacts(unit: Unit, module: Module, rendered: Rendered): void {
  if (module.name === 'set_fact') Object.assign(unit.state.known, rendered);
}

function allKnown(rendered: Rendered): rendered is JsonObject {
  return !Object.values(rendered).some(isUnknown);
}

/** `timeout` and `async`: no script of the task may take longer. */
function limitsOf(walk: Walk, unit: Unit, scope: Scope): Walk['limits'] {
  const { timeout, async } = unit.task;
  const given = [timeout, async].map((one) => (one ? numberOf(walk.language.value(one, scope), 0) : 0));
  const seconds = Math.min(...given.filter((one) => one > 0));
  return { ...walk.limits, scriptMs: Math.min(walk.limits.scriptMs, seconds * 1000) };
}

/** `remote_user`: the account to log in with, where the inventory names none. */
export function accountOf(walk: Walk, { task }: Unit, scope: Scope): string | undefined {
  const user = task.remoteUser && walk.language.value(task.remoteUser, scope);
  if (isUnknown(user)) throw new Undecided(user.unknownBecause);
  return typeof user === 'string' && user !== '' ? user : undefined;
}

/** The controller as the task sees it; in the texts it renders, what was typed stays on its line. */
function controllerOf(walk: Walk, unit: Unit): Controller {
  const scope = (): Scope => scopeOf(walk, unit);
  const controller = walk.controller(unit.state, unit.body.going.play, unit.task, scope);
  return {
    ...controller,
    async render(text, file) {
      const rendered = await controller.render(text, file);
      const written = { value: text, at: { file, line: 1, column: 1 } };
      guardText(walk, unit, scope(), written, rendered);
      guardScript(walk, unit, scope(), written);
      return rendered;
    },
  };
}

/** The module with its arguments rendered for this host and item. Throws `Undecided` when one cannot be known yet. */
export function invoke(walk: Walk, unit: Unit): Invocation {
  const module = moduleOf(walk, unit);
  const scope = scopeOf(walk, unit);
  if (!module.local) refuseRenderedWays(scope);
  const args = render(walk, unit, module, scope);
  const delegate = delegateOf(walk, unit, scope);
  const host = delegate ?? unit.state.host;
  const line = walk.remote(host, accountOf(walk, unit, scope), unit.task.local);
  if (!allKnown(args)) {
    noteUnknownFacts(unit, module, args);
    throw new Undecided(Object.values(args).find(isUnknown)?.unknownBecause ?? '');
  }
  const sets = environmentOf(walk, unit, scope);
  const environment = exportsOf(sets, walk.quote);
  return {
    module,
    args,
    controller: { ...controllerOf(walk, unit), ...(delegate && { delegate: delegate.name }) },
    line,
    sets,
    environment,
    remote: withEnvironment(line, environment),
    host,
    login: line.login,
    user: module.local ? undefined : userOf(walk, unit, host, scope),
    quote: walk.quote,
    limits: limitsOf(walk, unit, scope),
    signal: walk.control.now,
  };
}
