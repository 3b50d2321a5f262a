import { Float, type Value } from './value.ts';

/** An int, a float, or a value that shows as one. */
export type Numeric = number | bigint | Float;

/** True for ints and floats; not for booleans. */
export const isNumeric = (value: Value): value is Numeric =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Float;

/** True for a float. */
export const isFloat = (value: Value): value is number | Float =>
  value instanceof Float || (typeof value === 'number' && !Number.isInteger(value));

/** True for an int; not for booleans. */
export const isInt = (value: Value): value is number | bigint => isNumeric(value) && !isFloat(value);

/** The JavaScript number nearest to it. */
export const toNumber = (value: Numeric): number => (value instanceof Float ? value.value : Number(value));

/** The size of an int in bits, or a little more. */
export const bitsOf = (value: number | bigint): number =>
  typeof value === 'number' ? 53 : (value < 0n ? -value : value).toString(16).length * 4;

/** A float of that value. */
export const float = (value: number): Value =>
  Number.isInteger(value) || !Number.isFinite(value) ? new Float(value) : value;

/** An int of that value, as a plain number when it is exact. */
export const int = (value: bigint): number | bigint =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;

/** Numbers and booleans as numbers: True counts as 1. */
export const asNumeric = (value: Value): Numeric | undefined => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return isNumeric(value) ? value : undefined;
};

/** A float as Python shows it: the shortest digits that read back the same, `1e+16` from 10^16 on. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    const size = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
  }
  const digits = mantissa.replace(/[-.]/g, '');
  return (value < 0 ? '-' : '') + positional(digits, exponent);
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}

/** Rounds half to even, as Python's `round(x)`. */
export const roundHalfEven = (value: number): number => {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
};

/** An int from a float, towards zero; undefined for infinities and NaN. */
export const truncate = (value: number): number | bigint | undefined =>
  Number.isFinite(value) ? int(BigInt(Math.trunc(value))) : undefined;
