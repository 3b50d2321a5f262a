import { float, int } from './numbers.ts';
import type { Value } from './value.ts';

/** The value of a written int: decimal, `0x`, `0o` or `0b`. */
export const integerValue = (text: string): Value => int(BigInt(text));

/** The value of a written float. */
export const floatValue = (text: string): Value => float(Number(text));
