import { valueMistake } from '../mistakes.ts';
import type { Run } from '../run/run.ts';
import { charactersOf, isSpace, lengthOf } from '../values/text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: Python takes the separators FS to US for white space.
const WORDS = /[^\s\x1c-\x1f\x85]+/g;

/** Python's strip: white space, or any of some characters, off the ends. */
export function strip(text: string, chars: string | undefined, side: 'both' | 'left' | 'right'): string {
  const characters = charactersOf(text);
  const dropped = new Set(chars === undefined ? [] : charactersOf(chars));
  const drops = (character: string): boolean => (chars === undefined ? isSpace(character) : dropped.has(character));
  let start = 0;
  let end = characters.length;
  while (side !== 'right' && start < end && drops(characters[start] ?? '')) start += 1;
  while (side !== 'left' && end > start && drops(characters[end - 1] ?? '')) end -= 1;
  return characters.slice(start, end).join('');
}

function splitSpaces(text: string, most: number): string[] {
  const words: string[] = [];
  let rest = strip(text, undefined, 'left');
  while (rest !== '') {
    if (most >= 0 && words.length >= most) return [...words, rest];
    const end = charactersOf(rest).findIndex(isSpace);
    if (end < 0) return [...words, rest];
    const word = charactersOf(rest).slice(0, end).join('');
    words.push(word);
    rest = strip(rest.slice(word.length), undefined, 'left');
  }
  return words;
}

function splitSpacesFromRight(text: string, most: number): string[] {
  const words = [...text.matchAll(WORDS)];
  if (most < 0 || words.length <= most) return words.map(([word]) => word);
  const kept = words.slice(words.length - most);
  const end = kept[0]?.index ?? text.length;
  return [strip(text.slice(0, end), undefined, 'right'), ...kept.map(([word]) => word)].filter((word) => word !== '');
}

function splitSpace(text: string, most: number, fromRight: boolean): string[] {
  if (fromRight) return splitSpacesFromRight(text, most);
  return most < 0 ? [...text.matchAll(WORDS)].map(([word]) => word) : splitSpaces(text, most);
}

/** Python's split and rsplit. */
export function splitText(
  run: Run,
  text: string,
  separator: string | undefined,
  most: number,
  fromRight: boolean,
): string[] {
  run.meter.step(text.length * (separator === undefined && most > 0 ? Math.min(most, 1000) : 1));
  if (separator === undefined) return splitSpace(text, most, fromRight);
  if (separator === '') throw valueMistake('the separator is empty', 'le séparateur est vide');
  const pieces = text.split(separator);
  if (most < 0 || pieces.length - 1 <= most) return pieces;
  if (!fromRight) return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
  const at = pieces.length - most;
  return [pieces.slice(0, at).join(separator), ...pieces.slice(at)];
}

/** Python's center: the odd blank goes left when the width is odd too. */
export function center(text: string, missing: number, fill: string): string {
  const width = lengthOf(text) + missing;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return fill.repeat(left) + text + fill.repeat(missing - left);
}

/** First character upper, the rest lower. */
export const capitalize = (text: string): string => {
  const [first = '', ...rest] = charactersOf(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
};

/** For comparing without case. */
export const casefold = (text: string): string => text.toLowerCase().replaceAll('ß', 'ss');

/** Every word's first letter upper, the rest lower; a word is a run of letters. */
export const titleCase = (text: string): string => text.replace(/\p{L}+/gu, capitalize);

/** True when it is written as `title()` would write it and has a letter. */
export const isTitle = (text: string): boolean => /\p{L}/u.test(text) && titleCase(text) === text;

/** Upper becomes lower and the other way round. */
export const swapCase = (text: string): string =>
  charactersOf(text)
    .map((character) => (character.toLowerCase() === character ? character.toUpperCase() : character.toLowerCase()))
    .join('');

/** Tabs as blanks up to the next tab stop. */
export function expandTabs(text: string, size: number): string {
  let column = 0;
  return charactersOf(text)
    .map((character) => {
      if (character === '\t') {
        const blanks = size <= 0 ? 0 : size - (column % size);
        column += blanks;
        return ' '.repeat(blanks);
      }
      column = character === '\n' || character === '\r' ? 0 : column + 1;
      return character;
    })
    .join('');
}
