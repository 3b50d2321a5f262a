import { valueMistake } from '../mistakes.ts';
import { builtin } from '../run/builtin.ts';
import { countOf, textOf, truth } from '../values/show.ts';
import { splitLines } from '../values/text.ts';

/** Where Python's textwrap may cut: white space, dashes between words, hyphens after two letters. */
const CHUNKS =
  /[ \t\n\v\f\r]+|(?<=[\p{L}\p{N}_!"'&.,?])-{2,}(?=[\p{L}\p{N}_])|[^ \t\n\v\f\r]+?(?:-(?:(?<=[\p{L}_]{2}-)|(?<=[\p{L}_]-[\p{L}\p{N}_!"'&.,?]-))(?=[\p{L}_]-?[\p{L}_])|(?=[ \t\n\v\f\r]|$)|(?<=[\p{L}\p{N}_!"'&.,?])(?=-{2,}[\p{L}\p{N}_]))/gu;

const WORDS = /[ \t\n\v\f\r]+|[^ \t\n\v\f\r]+/g;

const chunksOf = (line: string, onHyphens: boolean): string[] =>
  [...line.matchAll(onHyphens ? CHUNKS : WORDS)].map(([chunk]) => chunk);

function wrapLine(line: string, width: number, breakLong: boolean, onHyphens: boolean): string[] {
  // Last first: taking the next one from the end costs nothing, however many there are.
  const chunks = chunksOf(line, onHyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && /^\s+$/.test(chunks.at(-1) ?? '')) chunks.pop();
    const current = takeLine(chunks, width, breakLong, onHyphens);
    if (/^\s+$/.test(current.at(-1) ?? '')) current.pop();
    if (current.length > 0) lines.push(current.join(''));
  }
  return lines;
}

function takeLine(chunks: string[], width: number, breakLong: boolean, onHyphens: boolean): string[] {
  const current: string[] = [];
  let length = 0;
  while (chunks.length > 0 && length + (chunks.at(-1)?.length ?? 0) <= width) {
    const chunk = chunks.pop() ?? '';
    current.push(chunk);
    length += chunk.length;
  }
  const next = chunks.at(-1);
  if (next === undefined || next.length <= width) return current;
  if (!breakLong && current.length > 0) return current;
  const cut = breakLong ? longCut(next, Math.max(0, width - length), onHyphens) : next.length;
  current.push(next.slice(0, cut));
  chunks.pop();
  if (cut < next.length) chunks.push(next.slice(cut));
  return current;
}

/** Where a word that is too long is cut: after its last hyphen that fits, or where the line ends. */
function longCut(word: string, left: number, onHyphens: boolean): number {
  const hyphen = onHyphens && left > 0 ? word.lastIndexOf('-', left - 1) : -1;
  return hyphen > 0 && /[^-]/.test(word.slice(0, hyphen)) ? hyphen + 1 : left;
}

/** Jinja2's `wordwrap`: each line wrapped on its own. */
export const wordwrap = builtin(
  'value, width=79, break_long_words=true, wrapstring=null, break_on_hyphens=true',
  (run, value, width, breakLong, wrapString, onHyphens) => {
    const size = countOf(width, 'width');
    if (size <= 0) throw valueMistake('the width must be more than 0', 'la largeur doit être supérieure à 0');
    const text = textOf(value, 'wordwrap');
    run.meter.step(text.length * 4);
    const between = wrapString === null ? '\n' : textOf(wrapString, 'wrapstring');
    return splitLines(text)
      .map((line) => wrapLine(line, size, truth(breakLong), truth(onHyphens)).join(between))
      .join(between);
  },
);
