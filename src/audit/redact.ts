import type { Card } from '#core/card.ts';
import type { Json } from '#core/json.ts';
import type { Text } from '#core/text.ts';
import { formsOf } from './secret-forms.ts';

/** Hides secrets by their value in whatever leaves the process. */
export interface Redactor {
  text(text: string): string;
  /** Strings, keys and figures anywhere inside; what holds a secret becomes a string that does not. */
  json<T extends Json>(value: T): T;
  /** The same card with its words redacted; its shape stays. */
  card(card: Card): Card;
  /** The same words, redacted in both languages. */
  words(words: Text): Text;
  /** Another secret to hide from now on; one of fewer than six characters is ignored (see `shortestSecret`). */
  add(secret: string): void;
}

/** What stands in a secret's place. */
export const redacted = '[redacted]';

const literal = (form: string): string => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Finds the longest form at each place; undefined without forms. */
const finderOf = (forms: ReadonlySet<string>): RegExp | undefined =>
  forms.size === 0
    ? undefined
    : new RegExp(
        [...forms]
          .sort((a, b) => b.length - a.length)
          .map(literal)
          .join('|'),
        'g',
      );

/**
 * Where forms stand, ascending. The search goes on one character after each find, and finds that overlap are one: so
 * no rest of a secret stays beside the mark of another.
 */
const spansOf = (text: string, finder: RegExp): readonly (readonly [start: number, end: number])[] => {
  const spans: [number, number][] = [];
  finder.lastIndex = 0;
  for (let found = finder.exec(text); found; found = finder.exec(text)) {
    const end = found.index + found[0].length;
    const last = spans.at(-1);
    if (last && found.index <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([found.index, end]);
    finder.lastIndex = found.index + 1;
  }
  return spans;
};

const hide = (text: string, finder: RegExp): string => {
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of spansOf(text, finder)) {
    pieces.push(text.slice(from, start), redacted);
    from = end;
  }
  return from === 0 ? text : pieces.join('') + text.slice(from);
};

const inJson = (value: Json, text: (text: string) => string): Json => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return text(String(value)) === String(value) ? value : redacted;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => inJson(item, text));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), inJson(item, text)]));
};

/** A redactor for these secrets, in all the forms `formsOf` knows. */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const forms = new Set(secrets.flatMap(formsOf));
  let finder = finderOf(forms);
  const text = (words: string): string => (finder ? hide(words, finder) : words);
  return {
    text,
    // The shape stays; only strings change, and figures that are a secret.
    json: <T extends Json>(value: T): T => inJson(value, text) as T,
    // A card is plain data, which its interfaces cannot say; only its strings and figures change.
    card: (card) => inJson(card as unknown as Json, text) as unknown as Card,
    words: (words) => (typeof words === 'string' ? text(words) : { en: text(words.en), fr: text(words.fr) }),
    add(secret) {
      for (const form of formsOf(secret)) forms.add(form);
      finder = finderOf(forms);
    },
  };
};
