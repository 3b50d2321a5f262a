import type { Inventory } from '#playbook/inventory/inventory.ts';
import type { Module } from '#playbook/modules/module.ts';
import {
  anyHostsOwn,
  hasTemplate,
  leadBehind,
  namesBehind,
  ofAnyHost,
  opens,
  parseTemplate,
  reachesAnything,
  reaching,
  type Scope,
} from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import type { Behind, HostState, Made } from '../host-state.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { texts } from './values.ts';

const none: Behind = { roots: new Set(), leads: new Set(), direct: false, opened: false };

/** Variables that are made of each other: more than these are not followed. */
const deepest = 20;

/** Which typed variables are behind a name, directly or through whatever was made of them. */
export class RootsBehind {
  private readonly walk: Walk;
  private readonly unit: Unit;
  private readonly scope: Scope;
  private readonly known = new Map<string, Behind>();

  constructor(walk: Walk, unit: Unit, scope: Scope) {
    this.walk = walk;
    this.unit = unit;
    this.scope = scope;
  }

  ofAll(names: Iterable<string>): Behind {
    return together([...names].map((name) => this.of(name)));
  }

  /** Those behind what an author wrote; `asNamed`: where its names are another host's. */
  ofWritten(written: Written, asNamed = (name: string): string => name): Behind {
    return together(
      templatesIn(written).map(({ names, lead, opened }) => {
        const all = this.ofAll(names.map(asNamed));
        const leads = lead === undefined ? none.leads : this.of(asNamed(lead)).leads;
        return { ...all, leads, opened: all.opened || (all.direct && opened) };
      }),
    );
  }

  /** True where what is typed in it stands by itself: a variable that is joined to something is another one. */
  isAlone({ value, at }: Written, deep = 0): boolean {
    return [...texts(value)].every((text) => {
      if (!hasTemplate(text) || this.ofWritten({ value: text, at }).roots.size === 0) return true;
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
    const made = aroundOf(this.unit, name) ?? this.unit.state.madeOf.get(name);
    return (made?.alone ?? true) && (!written || this.isAlone(written, deep));
  }

  private of(name: string): Behind {
    const known = this.known.get(name);
    if (known) return known;
    // A loop within another's may be over what that one gives it, under the same name.
    this.known.set(name, aroundOf(this.unit, name) ?? none);
    const found = this.find(name);
    this.known.set(name, found);
    return found;
  }

  private find(name: string): Behind {
    const { walk, unit } = this;
    const anyHosts = anyHostsOwn(name);
    if (anyHosts !== undefined) return this.ofAnyHost(anyHosts);
    if (reachesAnything.has(name)) return typedNames(Object.keys(walk.typedVars));
    if (isOfLoop(unit, name)) return this.ofLoop();
    const around = aroundOf(unit, name);
    if (around) return around;
    const made = madeOf(ofAllHosts.has(name) ? walk.states.values() : [unit.state], name);
    if (Object.hasOwn(walk.typedVars, name)) return together([typedNames([name]), made]);
    const written = this.scope.written?.(name);
    return written ? together([made, this.ofWritten(written)]) : made;
  }

  /** A variable of any host, by its name: what was typed, what tasks made, what the inventory says. */
  private ofAnyHost(name: string): Behind {
    const { typedVars, states, inventory } = this.walk;
    const own = Object.hasOwn(typedVars, name) ? [typedNames([name])] : [];
    const written = inInventory(inventory.now, name).map((one) => this.ofWritten(one, asOthers));
    return together([...own, madeOf(states.values(), name), ...written]);
  }

  private ofLoop(): Behind {
    const { loop, loopWith } = this.unit.task;
    if (loopWith !== undefined && reaching.has(loopWith)) return typedNames(Object.keys(this.walk.typedVars));
    return loop ? this.ofWritten(loop) : none;
  }
}

/** What the loops of the includes around a task give it. */
const aroundOf = ({ body, state }: Unit, name: string): Made | undefined => body.made?.(state)?.get(name);

/** What a template is made of, whatever its variables hold. */
interface Parts {
  readonly names: readonly string[];
  readonly lead: string | undefined;
  readonly opened: boolean;
}

const parts = new WeakMap<Written, readonly Parts[]>();

/** The templates in what an author wrote, each once; a loop asks for every item. */
function templatesIn(written: Written): readonly Parts[] {
  const known = parts.get(written);
  if (known) return known;
  const all = new Set([...texts(written.value)].filter(hasTemplate));
  const found = [...all].map((text) => {
    const template = parseTemplate(text, written.at);
    return { names: namesBehind(template), lead: leadBehind(template), opened: opens(template.body) };
  });
  parts.set(written, found);
  return found;
}

const typedNames = (names: readonly string[]): Behind => {
  const roots = new Set(names);
  return { roots, leads: roots, direct: roots.size > 0, opened: false };
};

const together = (all: readonly Behind[]): Behind => ({
  roots: new Set(all.flatMap(({ roots }) => [...roots])),
  leads: new Set(all.flatMap(({ leads }) => [...leads])),
  direct: all.some(({ direct }) => direct),
  opened: all.some(({ opened }) => opened),
});

/** What one host's task changes for all of them. */
const ofAllHosts = new Set(['groups', 'group_names']);

const madeOf = (states: Iterable<HostState>, name: string): Behind =>
  together([...states].flatMap(({ madeOf: made }) => made.get(name) ?? []));

/** The name of a variable, where what another host has under it counts. */
const asOthers = (name: string): string =>
  reachesAnything.has(name) || ofAllHosts.has(name) || anyHostsOwn(name) !== undefined ? name : ofAnyHost(name);

const ofInventories = new WeakMap<Inventory, Map<string, readonly Written[]>>();

/** What an inventory says of a variable, for all its hosts. */
function inInventory(inventory: Inventory, name: string): readonly Written[] {
  const known = ofInventories.get(inventory) ?? new Map<string, readonly Written[]>();
  ofInventories.set(inventory, known);
  const before = known.get(name);
  if (before) return before;
  const layers = inventory.hostsOf('all').flatMap((host) => inventory.variables(host));
  const values = layers.flatMap(({ values: all, plain }) =>
    !plain && Object.hasOwn(all, name) ? (all[name] ?? []) : [],
  );
  const found = [...new Set(values)];
  known.set(name, found);
  return found;
}

/** True for the names that the task's own loop gives. */
export const isOfLoop = ({ task: { loop, loopControl } }: Unit, name: string): boolean =>
  loop !== undefined && (name === loopControl.loopVar || name === 'ansible_loop');

/** True where anything may have been typed at all. */
export const hasTyped = ({ typedVars }: Walk): boolean => Object.keys(typedVars).length > 0;

const makingOf =
  (behind: RootsBehind) =>
  (...given: readonly Written[]): Made => ({
    ...together(given.map((written) => behind.ofWritten(written))),
    alone: given.every((written) => behind.isAlone(written)),
  });

/** What the loops around the tasks of an include give them: those around it, and its own. */
export function madeAround(walk: Walk, unit: Unit, scope: Scope): ReadonlyMap<string, Made> | undefined {
  const around = unit.body.made?.(unit.state);
  const { loop, loopControl } = unit.task;
  if (!loop || !hasTyped(walk)) return around;
  const own = makingOf(new RootsBehind(walk, unit, scope))(loop);
  return new Map([...(around ?? []), ...[loopControl.loopVar, 'ansible_loop'].map((name) => [name, own] as const)]);
}

/** What a task makes of typed variables is made of them from here on: its facts, and its result. */
export function noteMade(walk: Walk, unit: Unit, scope: Scope, module?: Module): void {
  if (!hasTyped(walk)) return;
  const { madeOf: made } = unit.state;
  const { args, register, environment, loop } = unit.task;
  const behind = new RootsBehind(walk, unit, scope);
  const madeBy = makingOf(behind);
  if (module?.name === 'set_fact') {
    for (const [fact, one] of Object.entries(args).map(([name, written]) => [name, madeBy(written)] as const))
      made.set(fact, one);
  }
  const asked = Object.entries(args).map(([name, written]) => asTemplate(written, name, module));
  // A host's answer is none of what it was asked with, whatever is decoded in it.
  const all = { ...madeBy(...asked, ...environment, ...(loop ? [loop] : [])), direct: false };
  if (register !== undefined) made.set(register, all);
  if (all.roots.size === 0) return;
  for (const one of ['ansible_failed_result', 'ansible_failed_task', ...(module?.tells ?? [])]) made.set(one, all);
}

/** `debug: var=name` and its like are expressions without braces. */
export const asTemplate = ({ value, at }: Written, argument: string, module: Module | undefined): Written =>
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
    const found = behind.ofWritten(written);
    if (found.roots.size === 0) continue;
    const made = { ...found, alone: behind.isAlone(written) };
    if (names.includes(name)) to.madeOf.set(name, made);
    else for (const one of ofAllHosts) unit.state.madeOf.set(one, made);
  }
}
