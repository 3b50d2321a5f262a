import { valueMistake } from '../mistakes.ts';
import { CONTROLS } from '../syntax/strings.ts';
import { countAtEnd } from '../values/text.ts';
import type { Match, Regex } from './regex.ts';

const PIECE = /\\(?:g<([^>]*)>|(0[0-7]{0,2}|[0-3][0-7]{2}|\d{1,2})|([\s\S]))|[^\\]+/g;
type Piece = string | { readonly group: number };

function groupNumber(regex: Regex, name: string): number {
  const index = /^\d+$/.test(name) ? Number(name) : regex.names.get(name);
  if (index !== undefined && index <= regex.groupCount) return index;
  throw valueMistake(
    `the replacement names a group '${name}' that is not there`,
    `le remplacement nomme un groupe « ${name} » qui n’existe pas`,
  );
}

function escapedLetter(letter: string): string {
  const control = CONTROLS[letter];
  if (control !== undefined) return control;
  if (/^[a-zA-Z]$/.test(letter)) {
    throw valueMistake(
      `bad escape \\${letter} in the replacement`,
      `séquence \\${letter} incorrecte dans le remplacement`,
    );
  }
  return `\\${letter}`;
}

const isOctal = (digits: string): boolean => digits.startsWith('0') || digits.length === 3;

/** Reads a replacement: `\1`, `\g<name>`, escapes. */
export function replacementOf(regex: Regex, source: string): (match: Match) => string {
  if (countAtEnd(source, '\\') % 2 === 1)
    throw valueMistake('the replacement ends with a backslash', 'le remplacement finit par une barre oblique inverse');
  const pieces = [...source.matchAll(PIECE)].map((piece): Piece => {
    const [text, name, digits, letter] = piece;
    if (name !== undefined) return { group: groupNumber(regex, name) };
    if (digits !== undefined)
      return isOctal(digits) ? String.fromCodePoint(Number.parseInt(digits, 8)) : { group: groupNumber(regex, digits) };
    return letter === undefined ? text : escapedLetter(letter);
  });
  return (match) =>
    pieces.map((piece) => (typeof piece === 'string' ? piece : (match.groups[piece.group] ?? ''))).join('');
}
