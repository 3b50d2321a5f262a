import { typeMistake } from '../mistakes.ts';
import { arithmetic } from '../run/arithmetic.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import type { Builtin, Run } from '../run/run.ts';
import { Dict } from '../values/dict.ts';
import { iterable } from '../values/iterate.ts';
import { isFloat, isInt, isNumeric, toNumber } from '../values/numbers.ts';
import { defined, show, textOf, truth } from '../values/show.ts';
import { Callable, isSequence, Undefined, type Value, View } from '../values/value.ts';

const is = (test: (value: Value) => boolean): Builtin => builtin('value', (_run, value) => test(value));

const remainder = (run: Run, value: Value, by: Value): number => {
  const rest = arithmetic(run, '%', value, by);
  if (!isNumeric(rest)) throw typeMistake('this test needs numbers', 'ce test attend des nombres');
  return toNumber(rest);
};

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 'on', '1', 'true', 't', '1.0'].map((word) => [word, true] as const),
  ...['n', 'no', 'off', '0', 'false', 'f', '0.0'].map((word) => [word, false] as const),
]);

function truthy(run: Run, value: Value, convert: Value): boolean {
  const known = truth(convert) ? WORDS.get(show(defined(value), run.meter).toLowerCase().trim()) : undefined;
  return known ?? truth(value);
}

/** Tests of what a value is. */
export const typeTests: Builtins = {
  defined: is((value) => !(value instanceof Undefined)),
  undefined: is((value) => value instanceof Undefined),
  none: is((value) => value === null),
  boolean: is((value) => typeof value === 'boolean'),
  true: is((value) => value === true),
  false: is((value) => value === false),
  integer: is((value) => isInt(value)),
  float: is((value) => isFloat(value)),
  number: is((value) => isNumeric(value) || typeof value === 'boolean'),
  string: is((value) => typeof value === 'string'),
  mapping: is((value) => value instanceof Dict),
  sequence: is(
    (value) =>
      !(value instanceof Undefined) &&
      (isSequence(value) ||
        typeof value === 'string' ||
        value instanceof Dict ||
        (value instanceof View && value.kind === 'range')),
  ),
  iterable: is((value) => value instanceof Undefined || iterable(value) !== undefined),
  callable: is((value) => value instanceof Callable),
  escaped: is(() => false),
  sameas: builtin('value, other', (_run, value, other) => value === other),
  lower: builtin('value', (run, value) => {
    const text = show(value, run.meter);
    return text.toLowerCase() === text && text.toUpperCase() !== text;
  }),
  upper: builtin('value', (run, value) => {
    const text = show(value, run.meter);
    return text.toUpperCase() === text && text.toLowerCase() !== text;
  }),
  odd: builtin('value', (run, value) => remainder(run, value, 2) === 1),
  even: builtin('value', (run, value) => remainder(run, value, 2) === 0),
  divisibleby: builtin('value, num', (run, value, by) => remainder(run, value, by) === 0),
  truthy: builtin('value, convert_bool=false', truthy),
  falsy: builtin('value, convert_bool=false', (run, value, convert) => !truthy(run, value, convert)),
  nan: is(
    (value) =>
      isNumeric(defined(value)) && Number.isNaN(toNumber(value instanceof Undefined || !isNumeric(value) ? 0 : value)),
  ),
  vault_encrypted: is(() => false),
  filter: builtin('name', (run, name) => run.registry.filters.has(textOf(name, 'filter'))),
  test: builtin('name', (run, name) => run.registry.tests.has(textOf(name, 'test'))),
};
