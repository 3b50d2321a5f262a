import { typeMistake, valueMistake } from '../mistakes.ts';
import { isNegative, scaled } from '../python/decimals.ts';
import { parseFloatText, parseIntText } from '../python/parse-number.ts';
import { type Builtins, builtin } from '../run/builtin.ts';
import { asNumeric, float, int, isFloat, type Numeric, toNumber, truncate } from '../values/numbers.ts';
import { countOf, defined, textOf, typeName } from '../values/show.ts';
import type { Value } from '../values/value.ts';

function numberOf(value: Value, what: string): Numeric {
  const number = asNumeric(defined(value));
  if (number !== undefined) return number;
  throw typeMistake(
    `${what} needs a number, not ${typeName(value)}`,
    `${what} attend un nombre, pas ${typeName(value)}`,
  );
}

function toInt(value: Value, base: number): Value | undefined {
  if (typeof value === 'string') return parseIntText(value, base) ?? truncateText(value);
  const number = asNumeric(value);
  if (number === undefined) return undefined;
  return isFloat(number) ? truncate(toNumber(number)) : number;
}

function truncateText(text: string): Value | undefined {
  const number = parseFloatText(text);
  return number === undefined ? undefined : truncate(number);
}

function toFloat(value: Value): Value | undefined {
  if (typeof value === 'string') {
    const number = parseFloatText(value);
    return number === undefined ? undefined : float(number);
  }
  const number = asNumeric(value);
  return number === undefined ? undefined : float(toNumber(number));
}

/** Rounds to decimal places, half to even on the exact value, as Python. */
function roundTo(number: Numeric, places: number): Value {
  if (!isFloat(number) && places >= 0) return number;
  const value = toNumber(number);
  if (!Number.isFinite(value) || Math.abs(places) > 300) return number;
  const digits = scaled(value, places);
  const sign = isNegative(value) ? '-' : '';
  const rounded = Number(`${sign}${digits}e${-places}`);
  return isFloat(number) ? float(rounded) : int(BigInt(Math.trunc(rounded)));
}

const round = builtin('value, precision=0, method="common"', (_run, value, precision, method) => {
  const number = numberOf(value, 'round');
  const places = countOf(precision, 'precision');
  if (method === 'common') return roundTo(number, places);
  if (method !== 'ceil' && method !== 'floor')
    throw valueMistake('method is common, ceil or floor', 'method vaut common, ceil ou floor');
  const power = 10 ** places;
  return float(Math[method](toNumber(number) * power) / power);
});

function logarithm(value: Value, base: Value): Value {
  const number = toNumber(numberOf(value, 'log'));
  if (number <= 0) throw valueMistake('log needs a number above 0', 'log attend un nombre supérieur à 0');
  if (base === null) return float(Math.log(number));
  const of = toNumber(numberOf(base, 'log'));
  if (of === 10) return float(Math.log10(number));
  return float(Math.log(number) / Math.log(of));
}

/** Filters over numbers. */
export const numbers: Builtins = {
  int: builtin(
    'value, default=0, base=10',
    (_run, value, byDefault, base) => toInt(defined(value), countOf(base, 'base')) ?? byDefault,
  ),
  float: builtin('value, default=null', (_run, value, byDefault) => toFloat(defined(value)) ?? byDefault ?? float(0)),
  abs: builtin('value', (_run, value) => {
    const number = numberOf(value, 'abs');
    if (isFloat(number)) return float(Math.abs(toNumber(number)));
    return number < 0 ? -number : number;
  }),
  round,
  log: builtin('value, base=null', (_run, value, base) => logarithm(value, base)),
  pow: builtin('value, y', (_run, value, power) => {
    const result = toNumber(numberOf(value, 'pow')) ** toNumber(numberOf(power, 'pow'));
    if (!Number.isFinite(result))
      throw valueMistake('the power is too big or not real', 'la puissance est trop grande ou n’est pas réelle');
    return float(result);
  }),
  root: builtin('value, base=2', (_run, value, base) => {
    const number = toNumber(numberOf(value, 'root'));
    const degree = toNumber(numberOf(base, 'root'));
    const result = degree === 2 ? Math.sqrt(number) : number ** (1 / degree);
    if (Number.isNaN(result)) throw valueMistake('the root is not real', 'la racine n’est pas réelle');
    return float(result);
  }),
  filesizeformat: builtin('value, binary=false', (_run, value, binary) => {
    const bytes = typeof value === 'string' ? parseFloatText(value) : toNumber(numberOf(value, 'filesizeformat'));
    if (bytes === undefined)
      throw valueMistake(`'${textOf(value, 'size')}' is no number`, `« ${textOf(value, 'size')} » n’est pas un nombre`);
    return fileSize(bytes, binary === true);
  }),
};

function fileSize(bytes: number, binary: boolean): string {
  const base = binary ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const units = binary
    ? ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB']
    : ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];
  const index = units.findIndex((_, power) => bytes < base ** (power + 2));
  const power = index < 0 ? units.length - 1 : index;
  return `${((base * bytes) / base ** (power + 2)).toFixed(1)} ${units[power] ?? ''}`;
}
