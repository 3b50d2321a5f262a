import type { Module } from '#playbook/modules/module.ts';
import {
  hasTemplate,
  namesBehind,
  parseTemplate,
  reachesAnything,
  reaching,
  type Scope,
} from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import type { HostState } from './host-state.ts';
import { texts } from './typed-values.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** The names of typed variables. */
export type Roots = ReadonlySet<string>;

const none: Roots = new Set();

/** Which typed variables are behind a name, directly or through whatever was made of them. */
export class RootsBehind {
  private readonly walk: Walk;
  private readonly unit: Unit;
  private readonly scope: Scope;
  private readonly known = new Map<string, Roots>();

  constructor(walk: Walk, unit: Unit, scope: Scope) {
    this.walk = walk;
    this.unit = unit;
    this.scope = scope;
  }

  ofAll(names: Iterable<string>): Roots {
    return new Set([...names].flatMap((name) => [...this.of(name)]));
  }

  /** Those behind what an author wrote. */
  ofWritten({ value, at }: Written): Roots {
    const names = [...texts(value)].flatMap((text) => (hasTemplate(text) ? namesBehind(parseTemplate(text, at)) : []));
    return this.ofAll(names);
  }

  private of(name: string): Roots {
    const known = this.known.get(name);
    if (known) return known;
    this.known.set(name, none);
    const found = this.find(name);
    this.known.set(name, found);
    return found;
  }

  private find(name: string): Roots {
    const { walk, unit } = this;
    if (reachesAnything.has(name)) return new Set(Object.keys(walk.typedVars));
    if (isOfLoop(unit, name)) return this.ofLoop();
    const made = madeOf(walk, unit, name);
    if (Object.hasOwn(walk.typedVars, name)) return new Set([name, ...made]);
    const written = this.scope.written?.(name);
    return written ? new Set([...made, ...this.ofWritten(written)]) : made;
  }

  private ofLoop(): Roots {
    const { loop, loopWith } = this.unit.task;
    if (loopWith !== undefined && reaching.has(loopWith)) return new Set(Object.keys(this.walk.typedVars));
    return loop ? this.ofWritten(loop) : none;
  }
}

/** What one host's task changes for all of them. */
const ofAllHosts = new Set(['groups', 'group_names']);

function madeOf(walk: Walk, { state }: Unit, name: string): Roots {
  const states = ofAllHosts.has(name) ? [...walk.states.values()] : [state];
  return new Set(states.flatMap(({ madeOf: made }) => [...(made.get(name) ?? none)]));
}

/** True for the names that the task's own loop gives. */
export const isOfLoop = ({ task: { loop, loopControl } }: Unit, name: string): boolean =>
  loop !== undefined && (name === loopControl.loopVar || name === 'ansible_loop');

/** True where anything may have been typed at all. */
export const hasTyped = ({ typedVars }: Walk): boolean => Object.keys(typedVars).length > 0;

/** What a task makes of typed variables is made of them from here on: its facts, its result, items of an include. */
export function noteMade(walk: Walk, unit: Unit, scope: Scope, module?: Module): void {
  if (!hasTyped(walk)) return;
  const { madeOf: made } = unit.state;
  const { args, register, environment, loop, loopControl, include } = unit.task;
  const behind = new RootsBehind(walk, unit, scope);
  if (module?.name === 'set_fact') {
    for (const [fact, written] of Object.entries(args)) made.set(fact, behind.ofWritten(written));
  }
  const asked = Object.entries(args).map(([name, written]) => asTemplate(written, name, module));
  const given = [...asked, ...environment, ...(loop ? [loop] : [])];
  const roots = new Set(given.flatMap((written) => [...behind.ofWritten(written)]));
  if (register !== undefined) made.set(register, roots);
  if (roots.size === 0) return;
  for (const one of ['ansible_failed_result', 'ansible_failed_task', ...(module?.tells ?? [])]) made.set(one, roots);
  if (include && loop) for (const one of [loopControl.loopVar, 'ansible_loop']) made.set(one, roots);
}

/** `debug: var=name` and its like are expressions without braces. */
const asTemplate = ({ value, at }: Written, argument: string, module: Module | undefined): Written =>
  typeof value === 'string' && !hasTemplate(value) && module?.expressions?.includes(argument)
    ? { value: `{{ ${value} }}`, at }
    : { value, at };

/** A host that was added, or put into groups, has that of typed variables, too. */
export function noteRegrouped(
  walk: Walk,
  unit: Unit,
  scope: Scope,
  { to, names }: { readonly to: HostState; readonly names: readonly string[] },
): void {
  if (!hasTyped(walk)) return;
  const behind = new RootsBehind(walk, unit, scope);
  for (const [name, written] of Object.entries(unit.task.args)) {
    const roots = behind.ofWritten(written);
    if (roots.size === 0) continue;
    if (names.includes(name)) to.madeOf.set(name, roots);
    else for (const one of ofAllHosts) unit.state.madeOf.set(one, roots);
  }
}
