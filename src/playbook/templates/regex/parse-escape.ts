import type { Assertion, CharacterTest, Flags, Node } from './ast.ts';
import { classOf, exactly } from './characters.ts';
import type { Groups } from './parse.ts';
import type { PatternReader } from './reader.ts';

const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const HEX: Readonly<Record<string, RegExp>> = { x: /[\da-fA-F]{2}/y, u: /[\da-fA-F]{4}/y, U: /[\da-fA-F]{8}/y };

/** The code point of an escape that stands for one character, after its backslash. */
export function escapedCode(reader: PatternReader, letter: string): number {
  const control = CONTROL[letter];
  if (control !== undefined) return control;
  const pattern = HEX[letter];
  if (pattern !== undefined) {
    const digits = reader.match(pattern);
    const code = Number.parseInt(digits ?? '', 16);
    if (Number.isNaN(code) || code > 0x10ffff)
      throw reader.fault(`bad escape \\${letter}`, `séquence \\${letter} incorrecte`);
    return code;
  }
  if (/^[a-zA-Z]$/.test(letter)) throw reader.fault(`bad escape \\${letter}`, `séquence \\${letter} incorrecte`);
  return letter.codePointAt(0) ?? 0;
}

/** An octal escape inside a set or beginning with 0. */
export function octalCode(reader: PatternReader, first: string): number {
  const more = reader.match(/[0-7]{1,2}/y) ?? '';
  return Number.parseInt(first + more, 8);
}

/** A class or a character, after its backslash, inside a set. */
export function setEscape(reader: PatternReader, flags: Flags): CharacterTest | number {
  const letter = reader.take();
  const test = classOf(letter, flags);
  if (test !== undefined) return test;
  if (letter === 'b') return 8;
  return /^[0-7]$/.test(letter) ? octalCode(reader, letter) : escapedCode(reader, letter);
}

const assertionOf = (letter: string, flags: Flags): Assertion | undefined => {
  if (letter === 'A') return 'start';
  if (letter === 'Z') return 'end';
  if (letter === 'b') return flags.ascii ? 'ascii-word' : 'word';
  if (letter === 'B') return flags.ascii ? 'not-ascii-word' : 'not-word';
  return undefined;
};

/** What stands after a backslash outside a set. */
export function parseAtomEscape(reader: PatternReader, flags: Flags, groups: Groups): Node {
  const letter = reader.take();
  const what = assertionOf(letter, flags);
  if (what !== undefined) return { kind: 'assert', what };
  const test = classOf(letter, flags);
  if (test !== undefined) return { kind: 'set', test };
  if (letter === '0') return { kind: 'set', test: exactly(octalCode(reader, '0'), flags) };
  if (!/^[1-9]$/.test(letter)) return { kind: 'set', test: exactly(escapedCode(reader, letter), flags) };
  const octal = reader.match(/[0-7]{2}/y);
  if (octal !== undefined && /^[0-3]$/.test(letter))
    return { kind: 'set', test: exactly(Number.parseInt(letter + octal, 8), flags) };
  const index = Number(letter + (octal ?? reader.match(/\d/y) ?? ''));
  return backReference(reader, flags, groups, index);
}

/** What a group took before, once more. */
export function backReference(reader: PatternReader, flags: Flags, groups: Groups, index: number): Node {
  if (!groups.closed.has(index))
    throw reader.fault(`no closed group ${index} before this`, `pas de groupe ${index} fermé avant ceci`);
  return { kind: 'back', index, ignoreCase: flags.ignoreCase };
}
