import { dumpsIn, isDumped, lineOfDump } from './dumps.ts';

/** A text in base64 or in hex that goes on in the next line, or after a blank: put together again. */
export interface PutTogether {
  readonly text: string;
  /** Where what is hidden begins, and ends, in the whole text for a sign of it. */
  start(index: number): number;
  end(index: number): number;
}

type Part = readonly [start: number, end: number];

/**
 * Line breaks, as they are or as JSON writes them, with the indentation of what comes next. Only a few at a time: the
 * letter of one that is written out is a sign as well, and a long chain of them would be gone over once for each.
 */
const lineBreak = String.raw`(?:(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)[ \t]*){1,4}`;
const sign = '[A-Za-z0-9+/_-]';
/** One or two bytes. */
const bytes = '[0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})?';
/** `od` and `xxd` begin each line with its place in the file. */
const between = `(?:[ :]{1,2}|${lineBreak}(?:[0-9A-Fa-f]{7,8}:? +)?)`;

/** Between two words at the sides of a line break, as `base64`, `openssl base64` and `xxd -p` write them. */
const wrapped = new RegExp(`(?<=${sign})${lineBreak}(?=${sign})`, 'g');
const word = new RegExp(`${sign}*`, 'y');
const isSign = new RegExp(sign);
/** Bytes with something between them, as `od -tx1` and `xxd` write them. */
const spaced = new RegExp(`\\b${bytes}(?:${between}${bytes}\\b){2,}`, 'g');
const gap = new RegExp(between, 'g');

/** How a line ends behind which such a text may go on: as wide as those programs make it. */
const goesOn = new RegExp(`(?:${sign}{40}|${bytes}(?:[ :]{1,2}${bytes}){7})\\r?\\n[ \\t]*$`);

const isHex = (form: string): boolean => /^[0-9A-Fa-f]+$/.test(form);

/** So long a form of a secret may become when it is broken up: by the breaks, the indentation and the places in the file. */
export const lengthBrokenUp = (form: string): number =>
  isHex(form) ? form.length * 3 + 2 * lineOfDump : form.length + Math.ceil(form.length / 40) * 8;

/** So many characters at the end of a line tell whether a text goes on behind it. */
export const seenBefore = lineOfDump;

/** True for whole lines behind which such a text may go on. */
export const mayGoOn = (lines: string): boolean => goesOn.test(lines.slice(-2 * seenBefore)) || isDumped(lastOf(lines));

const lastOf = (lines: string): string => lines.slice(0, -1).slice(lines.lastIndexOf('\n', lines.length - 2) + 1);

function putTogether(text: string, parts: readonly Part[]): PutTogether {
  const place = (index: number): number => {
    let left = index;
    for (const [start, end] of parts) {
      if (left < end - start) return start + left;
      left -= end - start;
    }
    return text.length;
  };
  return {
    text: parts.map(([start, end]) => text.slice(start, end)).join(''),
    start: place,
    end: (index) => place(index) + 1,
  };
}

const startOfWord = (text: string, end: number): number => {
  let start = end;
  while (start > 0 && isSign.test(text[start - 1] ?? '')) start -= 1;
  return start;
};

const endOfWord = (text: string, start: number): number => {
  word.lastIndex = start;
  word.test(text);
  return Math.max(start, word.lastIndex);
};

function* wrappedIn(text: string): Generator<readonly Part[]> {
  let parts: Part[] = [];
  for (const { index, 0: found } of text.matchAll(wrapped)) {
    if (parts.at(-1)?.[1] !== index) {
      if (parts.length > 0) yield parts;
      parts = [[startOfWord(text, index), index]];
    }
    const start = index + found.length;
    parts.push([start, endOfWord(text, start)]);
  }
  if (parts.length > 0) yield parts;
}

function* spacedIn(text: string): Generator<readonly Part[]> {
  for (const { index, 0: found } of text.matchAll(spaced)) {
    const parts: Part[] = [];
    let start = index;
    for (const { index: at, 0: blank } of found.matchAll(gap)) {
      parts.push([start, index + at]);
      start = index + at + blank.length;
    }
    yield [...parts, [start, index + found.length]];
  }
}

/** All texts that may be base64 or hex and were broken up. */
export function* brokenUpIn(text: string): Generator<PutTogether> {
  for (const parts of wrappedIn(text)) yield putTogether(text, parts);
  for (const parts of spacedIn(text)) yield putTogether(text, parts);
  yield* dumpsIn(text);
}
