import type { Json } from '#core/json.ts';
import { formsOf } from './secret-forms.ts';

/** Hides secrets by their value in whatever leaves the process. */
export interface Redactor {
  text(text: string): string;
  /** Strings, keys and figures anywhere inside; what holds a secret becomes a string that does not. */
  json<T extends Json>(value: T): T;
  /** Another secret to hide from now on; one of fewer than six characters is ignored (see `shortestSecret`). */
  add(secret: string): void;
}

/** What stands in a secret's place. */
export const redacted = '[redacted]';

type Span = readonly [start: number, end: number];

/** Where the form stands in the text; of a form that overlaps itself (`ababab`), one span over all of it. */
function* occurrences(text: string, form: string): Generator<Span> {
  let at = text.indexOf(form);
  while (at !== -1) {
    const start = at;
    let end = at + form.length;
    for (at = text.indexOf(form, at + 1); at !== -1 && at <= end; at = text.indexOf(form, at + 1)) {
      end = at + form.length;
    }
    yield [start, end];
  }
}

/** Overlapping spans become one, so that no rest of a secret stays beside the mark of another. */
const merged = (spans: readonly Span[]): readonly Span[] => {
  const result: [number, number][] = [];
  for (const [start, end] of [...spans].sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
};

const without = (text: string, spans: readonly Span[]): string => {
  const pieces: string[] = [];
  let from = 0;
  for (const [start, end] of spans) {
    pieces.push(text.slice(from, start), redacted);
    from = end;
  }
  return pieces.join('') + text.slice(from);
};

const inJson = (value: Json, text: (text: string) => string): Json => {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return text(String(value)) === String(value) ? value : redacted;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => inJson(item, text));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [text(key), inJson(item, text)]));
};

const literal = (form: string): string => form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** Says fast that a text holds no form at all, which is what nearly all texts do; undefined without forms. */
const finderOf = (forms: ReadonlySet<string>): RegExp | undefined =>
  forms.size === 0 ? undefined : new RegExp([...forms].map(literal).join('|'));

const hide = (text: string, forms: ReadonlySet<string>): string => {
  const spans: Span[] = [];
  for (const form of forms) {
    for (const span of occurrences(text, form)) spans.push(span);
  }
  return without(text, merged(spans));
};

/** A redactor for these secrets, in all the forms `formsOf` knows. */
export const createRedactor = (secrets: readonly string[]): Redactor => {
  const forms = new Set(secrets.flatMap(formsOf));
  let finder = finderOf(forms);
  const text = (words: string): string => (finder?.test(words) ? hide(words, forms) : words);
  return {
    text,
    // The shape stays; only strings change, and figures that are a secret.
    json: <T extends Json>(value: T): T => inJson(value, text) as T,
    add(secret) {
      for (const form of formsOf(secret)) forms.add(form);
      finder = finderOf(forms);
    },
  };
};
