import { typeMistake, valueMistake } from '../mistakes.ts';
import { writeJson } from '../python/json-dumps.ts';
import { parseFloatText, parseIntText } from '../python/parse-number.ts';
import { arithmetic } from '../run/arithmetic.ts';
import type { Run } from '../run/run.ts';
import { compare, contains, sorted } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { float, int, isFloat, isNumeric, type Numeric, toNumber } from '../values/numbers.ts';
import { charactersOf, lengthOf } from '../values/text.ts';
import type { List, Value } from '../values/value.ts';
import { type Argument, type Each, Given, kindOf, wrongKind } from './arguments.ts';

export { Each } from './arguments.ts';

/** How many arguments a function takes, and what it makes of them. */
interface Function {
  readonly least: number;
  readonly most: number;
  readonly work: (run: Run, given: Given) => Value;
}

const exactly = (count: number, work: Function['work']): Function => ({ least: count, most: count, work });
const some = (work: Function['work']): Function => ({ least: 1, most: Number.POSITIVE_INFINITY, work });

const COMPACT = { indent: undefined, sortKeys: false, ascii: true, itemSeparator: ',', keySeparator: ':' };

/** The whole number below or above. */
function whole(value: Numeric, round: (value: number) => number): Value {
  if (!isFloat(value)) return value;
  const number = round(toNumber(value));
  if (Number.isFinite(number)) return int(BigInt(number));
  throw valueMistake(
    'json_query: this number has no whole one beside it',
    'json_query : ce nombre n’a pas d’entier voisin',
  );
}

function absolute(value: Numeric): Value {
  if (isFloat(value)) return float(Math.abs(toNumber(value)));
  return value < 0 ? -value : value;
}

const total = (run: Run, numbers: readonly Value[]): Value =>
  numbers.reduce((sum, number) => arithmetic(run, '+', sum, number), 0);

/** The first item than which none is more extreme. */
function extreme(run: Run, items: readonly Value[], sign: 1 | -1, key: (item: Value) => Value = (item) => item): Value {
  let found: { readonly item: Value; readonly key: Value } | undefined;
  for (const item of items) {
    const its = key(item);
    if (found === undefined || compare(its, found.key, run.meter) * sign > 0) found = { item, key: its };
  }
  return found?.item ?? null;
}

/** What an expression gives of an item, where that must be a number or a text. */
const keyBy =
  (name: string, each: Each, kinds: readonly string[]) =>
  (item: Value): Value => {
    const key = each.of(item);
    if (kinds.includes(kindOf(key))) return key;
    throw wrongKind(name, key, kinds);
  };

function sortedBy(run: Run, items: List, each: Each): Value {
  const [first] = items;
  if (first === undefined) return items;
  const kind = kindOf(each.of(first));
  const kinds = kind === 'number' || kind === 'string' ? [kind] : ['string', 'number'];
  run.meter.list(items.length);
  return sorted(items, keyBy('sort_by', each, kinds), false, run.meter);
}

function numberOf(value: Value): Value {
  if (isNumeric(value)) return value;
  if (typeof value !== 'string') return null;
  const number = parseFloatText(value);
  return parseIntText(value, 10) ?? (number === undefined ? null : float(number));
}

function joinedTexts(run: Run, between: string, texts: readonly string[]): string {
  run.meter.text(texts.reduce((length, text) => length + text.length + between.length, 0));
  return texts.join(between);
}

function merged(dicts: readonly Dict[]): Dict {
  const all = new Dict();
  for (const dict of dicts) for (const [key, value] of dict.entries()) all.set(key, value);
  return all;
}

function reversed(run: Run, value: string | List): Value {
  run.meter.list(value.length);
  return typeof value === 'string' ? charactersOf(value).toReversed().join('') : value.toReversed();
}

function average(run: Run, numbers: readonly Value[]): Value {
  return numbers.length === 0 ? null : arithmetic(run, '/', total(run, numbers), numbers.length);
}

const sortedList = (run: Run, items: readonly Value[]): Value => {
  run.meter.list(items.length);
  return sorted(items, (item) => item, false, run.meter);
};

const FUNCTIONS: ReadonlyMap<string, Function> = new Map(
  Object.entries({
    abs: exactly(1, (_run, given) => absolute(given.number(0))),
    avg: exactly(1, (run, given) => average(run, given.numbers(0))),
    ceil: exactly(1, (_run, given) => whole(given.number(0), Math.ceil)),
    contains: exactly(2, (run, given) => {
      const holder = given.textOrList(0);
      run.meter.list(holder.length);
      return contains(holder, given.any(1), run.meter);
    }),
    ends_with: exactly(2, (_run, given) => given.text(0).endsWith(given.text(1))),
    floor: exactly(1, (_run, given) => whole(given.number(0), Math.floor)),
    join: exactly(2, (run, given) => joinedTexts(run, given.text(0), given.texts(1))),
    keys: exactly(1, (_run, given) => given.dict(0).keys()),
    length: exactly(1, (_run, given) => {
      const value = given.countable(0);
      return typeof value === 'string' ? lengthOf(value) : value instanceof Dict ? value.size : value.length;
    }),
    map: exactly(2, (run, given) => {
      const items = given.list(1);
      run.meter.list(items.length);
      return items.map((item) => given.each(0).of(item));
    }),
    max: exactly(1, (run, given) => extreme(run, given.alike(0), 1)),
    max_by: exactly(2, (run, given) =>
      extreme(run, given.list(0), 1, keyBy('max_by', given.each(1), ['number', 'string'])),
    ),
    merge: some((run, given) => {
      const dicts = given.dicts();
      run.meter.list(dicts.reduce((count, dict) => count + dict.size, 0));
      return merged(dicts);
    }),
    min: exactly(1, (run, given) => extreme(run, given.alike(0), -1)),
    min_by: exactly(2, (run, given) =>
      extreme(run, given.list(0), -1, keyBy('min_by', given.each(1), ['number', 'string'])),
    ),
    not_null: some((_run, given) => given.all().find((value) => value !== null) ?? null),
    reverse: exactly(1, (run, given) => reversed(run, given.textOrList(0))),
    sort: exactly(1, (run, given) => sortedList(run, given.alike(0))),
    sort_by: exactly(2, (run, given) => sortedBy(run, given.list(0), given.each(1))),
    starts_with: exactly(2, (_run, given) => given.text(0).startsWith(given.text(1))),
    sum: exactly(1, (run, given) => total(run, given.numbers(0))),
    to_array: exactly(1, (_run, given) => {
      const value = given.any(0);
      return Array.isArray(value) ? value : [value];
    }),
    to_number: exactly(1, (_run, given) => numberOf(given.any(0))),
    to_string: exactly(1, (run, given) => {
      const value = given.any(0);
      return typeof value === 'string' ? value : writeJson(value, COMPACT, run.meter);
    }),
    type: exactly(1, (_run, given) => {
      const kind = kindOf(given.any(0));
      return kind === 'unknown' ? null : kind;
    }),
    values: exactly(1, (_run, given) => given.dict(0).values()),
  }),
);

/** A JMESPath function, with its arguments checked as the Python library does. */
export function callFunction(run: Run, name: string, args: readonly Argument[]): Value {
  const found = FUNCTIONS.get(name);
  if (found === undefined)
    throw valueMistake(`json_query has no function '${name}'`, `json_query n’a pas de fonction « ${name} »`);
  if (args.length < found.least || args.length > found.most) {
    throw typeMistake(
      `json_query: ${name}() takes ${found.least} arguments, and is given ${args.length}`,
      `json_query : ${name}() prend ${found.least} arguments, et en reçoit ${args.length}`,
    );
  }
  return found.work(run, new Given(run, name, args));
}
