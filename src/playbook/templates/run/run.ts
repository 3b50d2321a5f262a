import { refusalOf } from '#core/errors.ts';
import { each } from '#core/text.ts';
import { Mistake } from '../mistakes.ts';
import type { Scope } from '../scope.ts';

import { shortName } from '../syntax/known.ts';
import type { Source } from '../syntax/source.ts';
import { wrap } from '../values/json.ts';
import { absence, undefinedName } from '../values/show.ts';
import { type Arguments, Callable, Undefined, type Value } from '../values/value.ts';
import { type Budget, DEFAULT_BUDGET, Meter } from './budget.ts';
import type { TemplateEnv } from './env.ts';

/** A filter or a test: `args` begin with the value it stands after. */
export type Builtin = (run: Run, args: Arguments) => Value;

/** Everything that can be called by name. */
export interface Registry {
  readonly filters: ReadonlyMap<string, Builtin>;
  readonly tests: ReadonlyMap<string, Builtin>;
  readonly globals: ReadonlyMap<string, Value>;
  /** A method of a value's type, bound to it. */
  methodOf(value: Value, name: string): Value | undefined;
}

/** One rendering: what it may use, what it has cost, and where it is. */
export class Run {
  readonly meter: Meter;
  readonly scope: Scope;
  readonly env: TemplateEnv;
  readonly registry: Registry;
  private readonly variables = new Map<string, Value>();
  source: Source;
  /** Where the evaluator is, for the place of a mistake. */
  offset = 0;
  /** True when blocks and results that look like lists become lists, as in playbooks; template files stay text. */
  readonly converts: boolean;

  constructor(options: { scope: Scope; env: TemplateEnv; registry: Registry; source: Source; converts: boolean }) {
    this.scope = options.scope;
    this.env = options.env;
    this.registry = options.registry;
    this.source = options.source;
    this.converts = options.converts;
    const budget: Budget = options.env.budget ?? DEFAULT_BUDGET;
    this.meter = new Meter(budget);
  }

  /** True for plain Jinja2: an attribute of an undefined name fails at once, None shows as `None`. */
  get plain(): boolean {
    return this.env.dialect === 'jinja2';
  }

  /** A variable of the scope, or a global; an Undefined when there is neither. */
  variable(name: string): Value {
    const known = this.variables.get(name);
    if (known !== undefined) return known;
    const found = this.lookUp(name);
    const value = found instanceof Undefined ? found : found === undefined ? undefined : wrap(found.json);
    // The same value for the same name all through, so that a list the template extends stays extended.
    if (value !== undefined) {
      this.variables.set(name, value);
      return value;
    }
    return this.registry.globals.get(name) ?? undefinedName(name);
  }

  private lookUp(name: string): { readonly json: unknown } | Undefined | undefined {
    try {
      const json = this.scope.get(name);
      return json === undefined ? undefined : { json };
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      if (refusal?.code !== 'template.undefined') throw thrown;
      return new Undefined(
        name,
        each(refusal.say, (words) => `'${name}' ← ${words}`),
        { cause: thrown },
      );
    }
  }

  /** Calls a filter by its name. */
  filter(name: string, args: Arguments): Value {
    return this.named('filters', name)(this, args);
  }

  /** Calls a test by its name. */
  test(name: string, args: Arguments): Value {
    return this.named('tests', name)(this, args);
  }

  private named(kind: 'filters' | 'tests', name: string): Builtin {
    const builtin = this.registry[kind].get(shortName(name));
    if (builtin !== undefined) return builtin;
    const [en, fr] = kind === 'filters' ? ['filter', 'filtre'] : ['test', 'test'];
    throw new Mistake('unknown_name', { en: `there is no ${en} '${name}'`, fr: `il n’y a pas de ${fr} « ${name} »` });
  }

  /** Calls a value. */
  call(callee: Value, args: Arguments): Value {
    if (callee instanceof Undefined) throw absence(callee);
    if (!(callee instanceof Callable)) {
      throw new Mistake('type', { en: 'this value cannot be called', fr: 'cette valeur ne peut pas être appelée' });
    }
    this.meter.step();
    return this.meter.deeper(() => callee.call(this, args));
  }
}
