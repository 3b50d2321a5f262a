import type { Card } from '#core/card.ts';
import type { Json } from '#core/json.ts';
import type { Text } from '#core/text.ts';
import { brokenUpIn, lengthBrokenUp, mayGoOn, seenBefore } from './broken-up.ts';
import { folded } from './folded.ts';
import { brokenFormsOf, formsOf, shortestSecret } from './secret-forms.ts';

/** Hides secrets by their value in whatever leaves the process. */
export interface Redactor {
  text(text: string): string;
  /** Is a secret in it, as it stands or as it may come to be shown: see `folded`. */
  isIn(text: string): boolean;
  /** Strings, keys and figures anywhere inside; what holds a secret becomes a string that does not. */
  json<T extends Json>(value: T): T;
  /** Where a text may be cut. */
  readonly edges: Edges;
  /** The same card with its words redacted; its shape stays. */
  card(card: Card): Card;
  /** The same words, redacted in both languages. */
  words(words: Text): Text;
  /** Another secret to hide from now on; one of fewer than six characters is ignored (see `shortestSecret`). */
  add(secret: string): void;
}

/**
 * Where a text may be cut without splitting a secret: a part would not be known for what it is. Only of a secret that
 * overlaps itself (`abababab`) and stands there over and over may a part of one be left.
 */
export interface Edges {
  /** The length of the longest form of a secret, in characters; 0 without secrets. */
  longest(): number;
  /**
   * The last such place of a text that goes on. Of a line without an end as many characters wait as a secret may have,
   * whatever they are: if only what looks like one waited, that would tell of any text whether a secret begins with it.
   * After whole lines a secret of several lines is waited for, so of such a one a whole line may be guessed by itself.
   */
  settled(text: string): number;
  /** The first such place at or after `from`. */
  next(text: string, from: number): number;
}

/** Of a text that holds no secret. */
export const noEdges: Edges = {
  longest: () => 0,
  settled: (text) => text.length,
  next: (_text, from) => from,
};

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
const spansOf = (text: string, { whole, broken }: Finders): readonly Span[] => {
  const spans = whole ? spansIn(text, whole) : [];
  if (!broken) return spans;
  const more: Span[] = [];
  for (const together of brokenUpIn(text))
    for (const [start, end] of spansIn(together.text, broken))
      more.push([together.start(start), together.end(end - 1)]);
  return more.length === 0 ? spans : merged([...spans, ...more]);
};

/** What finds forms as they stand, and those that may be broken up; undefined without secrets. */
interface Finders {
  readonly whole: RegExp | undefined;
  readonly broken: RegExp | undefined;
}

type Span = readonly [start: number, end: number];

/** Spans of any order as spans that are apart, ascending. */
const merged = (all: readonly Span[]): readonly Span[] => {
  const spans: [number, number][] = [];
  for (const [start, end] of all.toSorted(([a], [b]) => a - b)) {
    const last = spans.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else spans.push([start, end]);
  }
  return spans;
};

const spansIn = (text: string, finder: RegExp): readonly Span[] => {
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

const hide = (text: string, finders: Finders): string => {
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of spansOf(text, finders)) {
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

/** Forms of several lines. */
const manyLinesOf = (forms: ReadonlySet<string>): readonly string[] => [...forms].filter((form) => form.includes('\n'));

const longestOf = (forms: ReadonlySet<string>): number => Math.max(0, ...[...forms].map(lengthBrokenUp));

/** Where at the end of whole lines one of these forms may have begun, the first of them; their end when none has. */
const begunIn = (lines: string, manyLines: readonly string[]): number => {
  const longest = Math.max(0, ...manyLines.map((form) => form.length));
  for (let start = Math.max(0, lines.length - longest + 1); start < lines.length; start += 1) {
    const rest = lines.slice(start);
    if (manyLines.some((form) => form.length > rest.length && form.startsWith(rest))) return start;
  }
  return lines.length;
};

const foldedForms = (forms: Iterable<string>): readonly string[] =>
  [...forms].map(folded).filter((form) => form.length >= shortestSecret);

const holdsAny = (text: string, forms: ReadonlySet<string>): boolean => [...forms].some((form) => text.includes(form));

/** A redactor for these secrets, in all the forms `formsOf` knows. */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const forms = new Set(secrets.flatMap(formsOf));
  const brokenForms = new Set(secrets.flatMap(brokenFormsOf));
  let finders: Finders = { whole: finderOf(forms), broken: finderOf(brokenForms) };
  let manyLines = manyLinesOf(forms);
  let longest = longestOf(forms);
  const plain = new Set(foldedForms(forms));
  const text = (words: string): string => hide(words, finders);
  /** The span of secrets that a cut at this place would split. */
  const spanAt = (words: string, place: number): readonly [start: number, end: number] | undefined =>
    spansOf(words, finders).find(([start, end]) => start < place && place < end);
  const edges: Edges = {
    longest: () => longest,
    settled(words) {
      const wholeLines = words.slice(0, words.lastIndexOf('\n') + 1);
      const waiting = longest === 0 ? 0 : longest - 1 + seenBefore;
      const settledLines = mayGoOn(wholeLines) ? wholeLines.length - waiting : wholeLines.length;
      const place = Math.max(Math.min(begunIn(wholeLines, manyLines), settledLines), words.length - waiting);
      return place <= 0 ? 0 : (spanAt(words, place)?.[0] ?? place);
    },
    next: (words, from) => spanAt(words, from)?.[1] ?? from,
  };
  return {
    text,
    isIn: (words) => text(words) !== words || holdsAny(folded(words), plain),
    edges,
    // The shape stays; only strings change, and figures that are a secret.
    json: <T extends Json>(value: T): T => inJson(value, text) as T,
    // A card is plain data, which its interfaces cannot say; only its strings and figures change.
    card: (card) => inJson(card as unknown as Json, text) as unknown as Card,
    words: (words) => (typeof words === 'string' ? text(words) : { en: text(words.en), fr: text(words.fr) }),
    add(secret) {
      for (const form of formsOf(secret)) forms.add(form);
      for (const form of foldedForms(formsOf(secret))) plain.add(form);
      for (const form of brokenFormsOf(secret)) brokenForms.add(form);
      finders = { whole: finderOf(forms), broken: finderOf(brokenForms) };
      manyLines = manyLinesOf(forms);
      longest = longestOf(forms);
    },
  };
};
