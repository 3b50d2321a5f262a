const SURROGATE = /[\ud800-\udfff]/;

/** The characters of a text as Python counts them: code points. */
export const charactersOf = (text: string): readonly string[] =>
  SURROGATE.test(text) ? Array.from(text) : text.split('');

/** How many characters Python counts. */
export const lengthOf = (text: string): number => (SURROGATE.test(text) ? Array.from(text).length : text.length);

/** Order by code point: negative, zero or positive. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : 1;
  const left = Array.from(a, (character) => character.codePointAt(0) ?? 0);
  const right = Array.from(b, (character) => character.codePointAt(0) ?? 0);
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Python's `str.splitlines()`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python ends lines at FS, GS and RS too.
  const ends = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g;
  let from = 0;
  for (const match of text.matchAll(ends)) {
    const end = match.index + match[0].length;
    lines.push(text.slice(from, keepEnds ? end : match.index));
    from = end;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

/** What Python's `str.strip()` takes for white space. */
export const isSpace = (character: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes the separators FS to US for white space.
  /^[\s\x1c-\x1f\x85]$/.test(character) && character !== '\ufeff';

/** How many of that character a text ends with. */
export function countAtEnd(text: string, character: string): number {
  let count = 0;
  while (count < text.length && text[text.length - 1 - count] === character) count += 1;
  return count;
}

/** The text without that character at its end. A pattern would take quadratic time on a long run of it. */
export const withoutEnd = (text: string, character: string): string =>
  text.slice(0, text.length - countAtEnd(text, character));
