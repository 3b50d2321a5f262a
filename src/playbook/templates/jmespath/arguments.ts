import { type Mistake, typeMistake } from '../mistakes.ts';
import type { Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { isNumeric, type Numeric } from '../values/numbers.ts';
import { defined, typeName } from '../values/show.ts';
import type { List, Value } from '../values/value.ts';

/** An expression (`&name`) that a function asks of items. */
export class Each {
  readonly of: (item: Value) => Value;
  constructor(of: (item: Value) => Value) {
    this.of = of;
  }
}

/** What a function is given. */
export type Argument = Value | Each;

/** JMESPath's name of a type. */
export function kindOf(value: Argument): string {
  if (value instanceof Each) return 'expression';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (isNumeric(value)) return 'number';
  if (Array.isArray(value)) return 'array';
  return value instanceof Dict ? 'object' : 'unknown';
}

/** An argument of the wrong kind. */
export function wrongKind(name: string, value: Argument, kinds: readonly string[]): Mistake {
  const found = kindOf(value);
  const shown = found === 'unknown' && !(value instanceof Each) ? typeName(value) : found;
  return typeMistake(
    `json_query: ${name}() needs ${kinds.join(' or ')}, not ${shown}`,
    `json_query : ${name}() attend ${kinds.join(' ou ')}, pas ${shown}`,
  );
}

const isText = (value: Argument): value is string => typeof value === 'string';
const isNumber = (value: Argument): value is Numeric => !(value instanceof Each) && isNumeric(value);
const isList = (value: Argument): value is List => Array.isArray(value);
const isDict = (value: Argument): value is Dict => value instanceof Dict;

/** The arguments of one call, each asked for as what it must be. */
export class Given {
  private readonly run: Run;
  private readonly name: string;
  private readonly args: readonly Argument[];

  constructor(run: Run, name: string, args: readonly Argument[]) {
    this.run = run;
    this.name = name;
    this.args = args.map((arg) => (arg instanceof Each ? arg : defined(arg)));
  }

  any(index: number): Value {
    return this.value(this.args[index] ?? null);
  }

  all(): readonly Value[] {
    return this.args.map((arg) => this.value(arg));
  }

  text(index: number): string {
    return this.as(index, isText, ['string']);
  }

  number(index: number): Numeric {
    return this.as(index, isNumber, ['number']);
  }

  list(index: number): List {
    return this.as(index, isList, ['array']);
  }

  dict(index: number): Dict {
    return this.as(index, isDict, ['object']);
  }

  dicts(): readonly Dict[] {
    return this.args.map((_, index) => this.dict(index));
  }

  each(index: number): Each {
    return this.as(index, (value) => value instanceof Each, ['expression']);
  }

  textOrList(index: number): string | List {
    return this.as(index, (value) => isText(value) || isList(value), ['array', 'string']);
  }

  countable(index: number): string | List | Dict {
    return this.as(index, (value) => isText(value) || isList(value) || isDict(value), ['string', 'array', 'object']);
  }

  texts(index: number): readonly string[] {
    return this.every(this.list(index), isText, ['array of string']);
  }

  numbers(index: number): readonly Numeric[] {
    return this.every(this.list(index), isNumber, ['array of number']);
  }

  /** Numbers alone, or texts alone, by what the first one is. */
  alike(index: number): readonly Value[] {
    const list = this.list(index);
    const kinds = ['array of number', 'array of string'];
    return isNumber(list[0] ?? 0) ? this.every(list, isNumber, kinds) : this.every(list, isText, kinds);
  }

  private every<Kind extends Value>(
    list: readonly Value[],
    is: (value: Argument) => value is Kind,
    kinds: readonly string[],
  ): readonly Kind[] {
    this.run.meter.list(list.length);
    return list.map((item) => {
      if (is(item)) return item;
      throw wrongKind(this.name, item, kinds);
    });
  }

  private value(arg: Argument): Value {
    if (arg instanceof Each) throw wrongKind(this.name, arg, ['a value']);
    return arg;
  }

  private as<Kind extends Argument>(
    index: number,
    is: (value: Argument) => value is Kind,
    kinds: readonly string[],
  ): Kind {
    const value = this.args[index] ?? null;
    if (is(value)) return value;
    throw wrongKind(this.name, value, kinds);
  }
}
