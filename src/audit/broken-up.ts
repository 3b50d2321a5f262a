/** A text in base64 or in hex that goes on in the next line, or after a blank: put together again. */
export interface PutTogether {
  readonly text: string;
  /** Where a sign of it stands in the whole text. */
  place(index: number): number;
}

/** A line break, as it is or as JSON writes it, once or more; with the indentation of what comes next. */
const lineBreak = String.raw`(?:\r?\n|(?:\\{1,4}r)?\\{1,4}n)[ \t]*`;
const sign = '[A-Za-z0-9+/_-]';
/** One or two bytes. */
const bytes = '[0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})?';
/** `od` and `xxd` begin each line with its place in the file. */
const between = `(?:[ :]{1,2}|${lineBreak}(?:[0-9A-Fa-f]{7,8}:? +)?)`;

/** Words at the two sides of a line break, as `base64`, `openssl base64` and `xxd -p` write them. */
const wrapped = new RegExp(`(?<!${sign})${sign}+(?:${lineBreak}${sign}+)+`, 'g');
const wrappedBreak = new RegExp(lineBreak, 'y');
/** Bytes with something between them, as `od -tx1` and `xxd` write them. */
const spaced = new RegExp(`(?<![0-9A-Za-z])${bytes}(?:${between}${bytes}(?![0-9A-Za-z])){2,}`, 'g');
const spacedBreak = new RegExp(between, 'y');

/** How a line ends behind which such a text may go on: as wide as those programs make it. */
const goesOn = new RegExp(`(?:${sign}{40}|${bytes}(?:[ :]{1,2}${bytes}){7})\\r?\\n[ \\t]*$`);

/** So long a form of a secret may become in lines: the breaks and the indentation. */
export const lengthInLines = (form: string): number => form.length + Math.ceil(form.length / 40) * 8;

/** So many characters at the end of a line tell whether a text goes on behind it. */
export const seenBefore = 48;

/** True for whole lines behind which such a text may go on. */
export const mayGoOn = (lines: string): boolean => goesOn.test(lines.slice(-2 * seenBefore));

const putTogether = (text: string, start: number, end: number, gap: RegExp): PutTogether => {
  const places: number[] = [];
  let joined = '';
  for (let at = start; at < end; ) {
    gap.lastIndex = at;
    if (gap.test(text)) at = gap.lastIndex;
    else {
      joined += text[at];
      places.push(at);
      at += 1;
    }
  }
  return { text: joined, place: (index) => places[index] ?? end };
};

/** All texts that may be base64 or hex and were broken up. */
export function* brokenUpIn(text: string): Generator<PutTogether> {
  for (const [run, gap] of [
    [wrapped, wrappedBreak],
    [spaced, spacedBreak],
  ] as const) {
    for (const { index, 0: found } of text.matchAll(run)) yield putTogether(text, index, index + found.length, gap);
  }
}
