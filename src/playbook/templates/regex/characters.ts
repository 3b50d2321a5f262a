import type { CharacterTest, Flags } from './ast.ts';

const NEWLINE = 10;
const WORD = /^[\p{L}\p{N}_]$/u;
const DIGIT = /^\p{Nd}$/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes the separators FS to US for white space.
const SPACE = /^[\s\x1c-\x1f\x85]$/;

/** What counts as one for a pattern that knows ASCII only. */
export const isAsciiWord: CharacterTest = (code) =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
const asciiDigit: CharacterTest = (code) => code >= 48 && code <= 57;
const asciiSpace: CharacterTest = (code) => code === 32 || (code >= 9 && code <= 13);

const wide =
  (ascii: CharacterTest, pattern: RegExp): CharacterTest =>
  (code) =>
    code < 128
      ? ascii(code) || (pattern === SPACE && code >= 28 && code <= 31)
      : pattern.test(String.fromCodePoint(code));

/** What counts as a letter, digit or underscore. */
export const isWord: CharacterTest = wide(isAsciiWord, WORD);
const isDigit = wide(asciiDigit, DIGIT);
const isSpace = wide(asciiSpace, SPACE);

const not =
  (test: CharacterTest): CharacterTest =>
  (code) =>
    !test(code);

/** `\d \D \w \W \s \S`; undefined for other letters. */
export function classOf(letter: string, flags: Flags): CharacterTest | undefined {
  const tests = flags.ascii ? { d: asciiDigit, w: isAsciiWord, s: asciiSpace } : { d: isDigit, w: isWord, s: isSpace };
  if (letter === 'd' || letter === 'w' || letter === 's') return tests[letter];
  if (letter === 'D') return not(tests.d);
  if (letter === 'W') return not(tests.w);
  return letter === 'S' ? not(tests.s) : undefined;
}

/** The dot. */
export const dot = (flags: Flags): CharacterTest => (flags.dotAll ? () => true : (code) => code !== NEWLINE);

const lower = (code: number): number => String.fromCodePoint(code).toLowerCase().codePointAt(0) ?? code;
const upper = (code: number): number => String.fromCodePoint(code).toUpperCase().codePointAt(0) ?? code;

/** The same test without regard to case; an ASCII pattern sees no case in other letters. */
export const ignoringCase =
  (test: CharacterTest, flags: Flags): CharacterTest =>
  (code) =>
    test(code) || ((code < 128 || !flags.ascii) && (test(lower(code)) || test(upper(code))));

/** One character. */
export const exactly = (wanted: number, flags: Flags): CharacterTest =>
  flags.ignoreCase ? ignoringCase((code) => code === wanted, flags) : (code) => code === wanted;

/** True when two characters are the same without regard to case. */
export const sameLetter = (a: number, b: number): boolean => a === b || lower(a) === lower(b);
