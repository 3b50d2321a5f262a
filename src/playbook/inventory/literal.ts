import type { Json } from '#core/json.ts';

/** Reads from a position; gives the value and the position behind it, or undefined when it is no literal. */
type Read = { readonly value: Json; readonly end: number } | undefined;

const words: Readonly<Record<string, Json>> = { True: true, False: false, None: null };
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
};

const skip = (text: string, from: number): number => {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
};

const readEscape = (text: string, at: number): { readonly value: string; readonly end: number } => {
  const [hex] = /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.exec(text.slice(at, at + 5)) ?? [];
  if (hex !== undefined) return { value: String.fromCharCode(Number.parseInt(hex.slice(1), 16)), end: at + hex.length };
  const char = text[at] ?? '';
  return { value: escapes[char] ?? `\\${char}`, end: at + 1 };
};

const readText = (text: string, from: number): Read => {
  const quote = text[from] ?? '';
  let value = '';
  let at = from + 1;
  while (at < text.length && text[at] !== quote) {
    if (text[at] !== '\\') {
      value += text[at];
      at += 1;
      continue;
    }
    const escaped = readEscape(text, at + 1);
    value += escaped.value;
    at = escaped.end;
  }
  return text[at] === quote ? { value, end: at + 1 } : undefined;
};

const numberPattern =
  /^[-+]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d+)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d+)?)/;

const readNumber = (text: string, from: number): Read => {
  const [written] = numberPattern.exec(text.slice(from)) ?? [];
  if (written === undefined || /^[-+]?0+[1-9]/.test(written) || /^\w/.test(text.slice(from + written.length)))
    return undefined;
  const digits = written.replace(/^[-+]/, '').replaceAll('_', '');
  const size = Number(digits.replace(/\.$/, ''));
  const value = written.startsWith('-') ? -size : size;
  const exact = Number.isFinite(value) && (Number.isSafeInteger(value) || /[.eE]/.test(digits));
  return exact ? { value: value === 0 ? 0 : value, end: from + written.length } : undefined;
};

const readItems = (
  text: string,
  from: number,
  close: string,
): { items: Json[]; pairs: number; end: number } | undefined => {
  const items: Json[] = [];
  let pairs = 0;
  let at = skip(text, from);
  while (text[at] !== close) {
    const item = readValue(text, at);
    if (item === undefined) return undefined;
    items.push(item.value);
    at = skip(text, item.end);
    if (text[at] === ':' && close === '}' && items.length % 2 === 1) {
      pairs += 1;
      at = skip(text, at + 1);
      continue;
    }
    if (text[at] === ',') at = skip(text, at + 1);
    else if (text[at] !== close) return undefined;
  }
  return { items, pairs, end: at + 1 };
};

const closers: Readonly<Record<string, string>> = { '[': ']', '(': ')', '{': '}' };

const readContainer = (text: string, from: number, close: string): Read => {
  const found = readItems(text, from + 1, close);
  if (found === undefined) return undefined;
  const { items, pairs, end } = found;
  const single = close === ')' && items.length === 1 && !/,\s*\)$/.test(text.slice(from, end));
  if (single) return { value: items[0] ?? null, end };
  if (close !== '}' || (pairs === 0 && items.length > 0)) return { value: items, end };
  if (pairs * 2 !== items.length) return undefined;
  const entries = Array.from({ length: pairs }, (_, index): [string, Json] => [
    String(items[index * 2]),
    items[index * 2 + 1] ?? null,
  ]);
  return { value: Object.fromEntries(entries), end };
};

function readValue(text: string, from: number): Read {
  const char = text[from] ?? '';
  const close = closers[char];
  if (close !== undefined) return readContainer(text, from, close);
  if (char === '"' || char === "'") return readText(text, from);
  const [word] = /^[A-Za-z]+/.exec(text.slice(from)) ?? [];
  if (word !== undefined)
    return Object.hasOwn(words, word) ? { value: words[word] ?? null, end: from + word.length } : undefined;
  return readNumber(text, from);
}

/**
 * A value of an INI inventory: what is a Python literal is that value (`5`, `True`, `['a', 'b']`), a comment behind it
 * left out; anything else is text (`yes`, `0644`, `a b # c`).
 */
export const readLiteral = (text: string): Json => {
  const trimmed = text.trim();
  const read = readValue(trimmed, 0);
  if (read === undefined) return text;
  return /^\s*(?:#.*)?$/.test(trimmed.slice(read.end)) ? read.value : text;
};
