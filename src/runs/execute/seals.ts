import { createHmac, randomBytes } from 'node:crypto';
import { canonical, type Json } from '#core/json.ts';

/** Makes what nobody may see comparable: equal values have equal seals, and without the key none can be guessed from one. */
export type Seal = (value: Json) => string;

/** Seals under this key; without one, under a key that nobody else has. A seal names its key. */
export function createSeal(key: string = randomBytes(32).toString('hex')): Seal {
  const digest = (use: string, text: string): string =>
    createHmac('sha256', key).update(`${use} ${text}`).digest('hex');
  const name = digest('key', '').slice(0, 8);
  return (value) => `${name}:${digest('value', canonical(value)).slice(0, 32)}`;
}

/** True when two seals cannot be compared, being made under different keys. */
export const otherKey = (one: string, other: string): boolean => one.split(':')[0] !== other.split(':')[0];
