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
import type { HostState, Made } from './host-state.ts';
import { texts } from './typed-values.ts';
import type { Unit } from './unit.ts';
import type { Walk } from './walk.ts';

/** The names of typed variables. */
export type Roots = ReadonlySet<string>;

const none: Roots = new Set();

/** Variables that are made of each other: more than these are not followed. */
const deepest = 20;

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

  /** True where what is typed in it stands by itself: a variable that is joined to something is another one. */
  isAlone({ value, at }: Written, deep = 0): boolean {
    return [...texts(value)].every((text) => {
      if (this.ofWritten({ value: text, at }).size === 0) return true;
      const name = /^\s*\{\{\s*([A-Za-z_]\w*)(?:\.\w+)*\s*\}\}\s*$/.exec(text)?.[1];
      return name !== undefined && deep < deepest && this.isAloneIn(name, deep + 1);
    });
  }

  /** The same for a variable. */
  isAloneIn(name: string, deep = 0): boolean {
    const { loop } = this.unit.task;
    if (isOfLoop(this.unit, name)) return loop === undefined || this.isAlone(loop, deep);
    if (Object.hasOwn(this.walk.typedVars, name)) return true;
    const written = this.scope.written?.(name);
    return (this.unit.state.madeOf.get(name)?.alone ?? true) && (!written || this.isAlone(written, deep));
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
  return new Set(states.flatMap(({ madeOf: made }) => [...(made.get(name)?.roots ?? none)]));
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
  const madeBy = (...given: readonly Written[]): Made => ({
    roots: new Set(given.flatMap((written) => [...behind.ofWritten(written)])),
    alone: given.every((written) => behind.isAlone(written)),
  });
  if (module?.name === 'set_fact') {
    for (const [fact, one] of Object.entries(args).map(([name, written]) => [name, madeBy(written)] as const))
      made.set(fact, one);
  }
  const asked = Object.entries(args).map(([name, written]) => asTemplate(written, name, module));
  const all = madeBy(...asked, ...environment, ...(loop ? [loop] : []));
  if (register !== undefined) made.set(register, all);
  if (all.roots.size === 0) return;
  for (const one of ['ansible_failed_result', 'ansible_failed_task', ...(module?.tells ?? [])]) made.set(one, all);
  if (include && loop) for (const one of [loopControl.loopVar, 'ansible_loop']) made.set(one, madeBy(loop));
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
    const made = { roots, alone: behind.isAlone(written) };
    if (names.includes(name)) to.madeOf.set(name, made);
    else for (const one of ofAllHosts) unit.state.madeOf.set(one, made);
  }
}
