import { int } from '../values/numbers.ts';
import type { Value } from '../values/value.ts';

const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };

const MAX_DIGITS = 4300;

function digitsValue(digits: string, base: number): bigint | undefined {
  let total = 0n;
  for (const digit of digits) {
    const value = Number.parseInt(digit, 36);
    if (Number.isNaN(value) || value >= base) return undefined;
    total = total * BigInt(base) + BigInt(value);
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
