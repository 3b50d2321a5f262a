import { int } from '../values/numbers.ts';
import type { Value } from '../values/value.ts';

const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };

const MAX_DIGITS = 4300;

/** So many digits at once fit a JavaScript number exactly, in any base up to 36. */
const ATONCE = 10;

function digitsValue(digits: string, base: number): bigint | undefined {
  const allowed = (digit: string): boolean => Number.parseInt(digit, 36) < base;
  if (![...digits].every(allowed)) return undefined;
  let total = 0n;
  for (let at = 0; at < digits.length; at += ATONCE) {
    const some = digits.slice(at, at + ATONCE);
    total = total * BigInt(base ** some.length) + BigInt(Number.parseInt(some, base));
  }
  return total;
}

/** Python's `int(text, base)`; undefined when it is none. */
export function parseIntText(text: string, base: number): Value | undefined {
  if (text.length > MAX_DIGITS) return undefined;
  const match = /^\s*([-+]?)(0[box])?(_?[0-9a-z]+(?:_[0-9a-z]+)*)\s*$/i.exec(text);
  if (match === null) return undefined;
  const [, sign = '', prefix = '', digits = ''] = match;
  const real =
    prefix === ''
      ? base
      : base === 0
        ? Number(Object.entries(PREFIXES).find(([, p]) => p === prefix.toLowerCase())?.[0])
        : base;
  const plain = prefix !== '' && PREFIXES[real] !== prefix.toLowerCase() ? prefix + digits : digits;
  if (prefix === '' && digits.startsWith('_')) return undefined;
  const value = digitsValue(plain.replaceAll('_', ''), real === 0 ? 10 : real);
  return value === undefined ? undefined : int(sign === '-' ? -value : value);
}

const WORDS = /^[-+]?(?:inf|infinity|nan)$/i;
const FLOAT = /^[-+]?(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:e[-+]?\d+(?:_\d+)*)?$/i;

/** Python's `float(text)`; undefined when it is none. */
export function parseFloatText(text: string): number | undefined {
  const trimmed = text.trim();
  if (WORDS.test(trimmed)) {
    if (/nan/i.test(trimmed)) return Number.NaN;
    return trimmed.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return FLOAT.test(trimmed) ? Number(trimmed.replaceAll('_', '')) : undefined;
}
