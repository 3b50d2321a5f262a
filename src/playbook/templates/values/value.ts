import type { Text } from '#core/text.ts';
import type { Place } from '../mistakes.ts';
import type { Run } from '../run/run.ts';
import type { Dict } from './dict.ts';

/**
 * What an expression can give: Python's values as Jinja2 sees them. A whole JavaScript number is an int, another is a
 * float; `Float` is a float whose value is whole (`3.0`), infinite or not a number; `bigint` an int beyond 2^53.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Float
  | List
  | Tuple
  | Dict
  | View
  | Callable
  | Undefined
  | Namespace
  | Moment;

/** A list; mutable only by the template that holds it. */
export type List = Value[];

/** A float that a JavaScript number alone would show as an int. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** An immutable sequence; `names` gives its items names, as `groupby` does. */
export class Tuple {
  readonly items: readonly Value[];
  readonly names: readonly string[];
  constructor(items: readonly Value[], names: readonly string[] = []) {
    this.items = items;
    this.names = names;
  }
}

/** What `keys()`, `values()` and `items()` give: iterable and countable, not subscriptable. */
export class View {
  readonly kind: 'dict_keys' | 'dict_values' | 'dict_items' | 'range';
  readonly items: readonly Value[];
  /** How `range` shows itself. */
  readonly label: string;
  constructor(kind: View['kind'], items: readonly Value[], label = '') {
    this.kind = kind;
    this.items = items;
    this.label = label;
  }
}

/** The arguments of a call, in order and by name. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** No arguments. */
export const NO_ARGUMENTS: Arguments = { positional: [], named: new Map() };

/** Something that can be called: a method bound to its value, a global, a macro, `loop` of a recursive loop. */
export class Callable {
  readonly name: string;
  readonly call: (run: Run, args: Arguments) => Value;
  /** Names that can be read on it (`loop.index`). */
  readonly attributes: ((name: string) => Value | undefined) | undefined;
  constructor(
    name: string,
    call: (run: Run, args: Arguments) => Value,
    attributes?: (name: string) => Value | undefined,
  ) {
    this.name = name;
    this.call = call;
    this.attributes = attributes;
  }
}

/** A name or an attribute that is not there: it fails when used, with what was looked for. */
export class Undefined {
  readonly name: string;
  readonly say: Text;
  readonly cause: unknown;
  /** What an inline `if` without `else` leaves: empty when shown, false when asked, a fault otherwise. */
  readonly quiet: boolean;
  /** Where the name was written. */
  readonly where: Place | undefined;
  constructor(name: string, say: Text, options: { cause?: unknown; quiet?: boolean; where?: Place } = {}) {
    this.quiet = options.quiet ?? false;
    this.where = options.where;
    this.name = name;
    this.say = say;
    this.cause = options.cause;
  }
}

/** The same absence, with the place of the name that was looked for. */
export const absentAt = (value: Undefined, where: Place): Undefined =>
  value.where === undefined
    ? new Undefined(value.name, value.say, { cause: value.cause, quiet: value.quiet, where })
    : value;

/** The one object whose attributes a template may assign: `namespace(found=false)`. */
export class Namespace {
  readonly attributes: Map<string, Value>;
  constructor(attributes: Map<string, Value>) {
    this.attributes = attributes;
  }
}

/** A date and time without a zone, as Python's naive datetime. */
export class Moment {
  /** Milliseconds since the epoch, as if the written time were UTC. */
  readonly utc: number;
  readonly microseconds: number;
  constructor(utc: number, microseconds = 0) {
    this.utc = utc;
    this.microseconds = microseconds;
  }
}

/** The value if there is one; None counts as one. */
export const orElse = (value: Value | undefined, other: Value): Value => (value === undefined ? other : value);

/** True for a list or a tuple. */
export const isSequence = (value: Value): value is List | Tuple => Array.isArray(value) || value instanceof Tuple;

/** The items of a list or a tuple. */
export const itemsOf = (value: List | Tuple): readonly Value[] => (Array.isArray(value) ? value : value.items);
