import type { Source } from './source.ts';

/** The letters of Python's escapes for one character, after the backslash. */
export const CONTROLS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
};

const SIMPLE: Readonly<Record<string, string>> = {
  ...CONTROLS,
  "'": "'",
  '"': '"',
  '\n': '',
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;

/** Python's text escapes. An escape Python does not know keeps its backslash. */
export function unescapeText(body: string, source: Source, offset: number): string {
  return body.replace(ESCAPE, (whole, x?: string, u?: string, big?: string, octal?: string, simple?: string) => {
    const hex = x ?? u ?? big;
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16), source, offset);
    if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
    if (simple !== undefined && 'xuUN'.includes(simple)) {
      throw source.fault(offset, `the escape ${whole} is incomplete`, `la séquence ${whole} est incomplète`);
    }
    return simple === undefined ? whole : (SIMPLE[simple] ?? whole);
  });
}

function codePoint(code: number, source: Source, offset: number): string {
  if (code > 0x10ffff) {
    throw source.fault(offset, 'the escape is beyond the last character', 'la séquence dépasse le dernier caractère');
  }
  return String.fromCodePoint(code);
}
