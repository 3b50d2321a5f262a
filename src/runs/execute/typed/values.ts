import type { Json } from '#core/json.ts';

/** A value no shell finds a meaning in, and no command takes for an option. */
const harmless = /^(?!-)[\w@%+=:,./-]*$/;
/** The same, but it may begin as an option does. */
const word = /^[\w@%+=:,./-]*$/;
const number = /^\d+(?:\.\d+)?$/;

/** True when all texts in a value are as they should be. */
export const every = (value: Json | undefined, holds: (text: string) => boolean): boolean => {
  if (typeof value === 'string') return holds(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, item]) => holds(key) && every(item as Json, holds));
};

/** True for plain words only. */
export const isHarmless = (value: Json | undefined): boolean => every(value, (text) => harmless.test(text));

/** True for what is plain, and may begin with a dash. */
export const isWord = (text: string): boolean => word.test(text);

/** True for numbers only. */
export const isNumber = (value: Json | undefined): boolean => every(value, (text) => number.test(text));

/** Cron makes a line's end of it, quoted or not. */
export const hasPercent = (value: Json | undefined): boolean => !every(value, (text) => !text.includes('%'));

/** Every text in a written value, for one that is a list or a mapping. */
export function* texts(value: Json): Iterable<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      yield key;
      yield* texts(item as Json);
    }
  }
}
