import { valueMistake } from '../mistakes.ts';
import { float, int } from './numbers.ts';
import type { Value } from './value.ts';

/** As many digits as Python reads. */
const MAX_DIGITS = 4300;

/** A written int, decimal, `0x`, `0o` or `0b`, whatever its size; reading takes more than twice as long for twice the digits. */
export function wholeOf(text: string): bigint {
  if (text.length <= MAX_DIGITS) return BigInt(text);
  throw valueMistake(`a number has more than ${MAX_DIGITS} digits`, `un nombre a plus de ${MAX_DIGITS} chiffres`);
}

/** The value of a written int. */
export const integerValue = (text: string): Value => int(wholeOf(text));

/** The value of a written float. */
export const floatValue = (text: string): Value => float(Number(text));
