import type { Marked } from '#playbook/words/marked.ts';
import type { Part } from './parts.ts';

/** Stand for a typed part that is nothing, which would leave no trace in a word: beside others, and where it is a word itself. */
export const nothing = '\u{e000}';
export const alone = '\u{e001}';

export const isEmpty = ({ text }: Part): boolean => /^(?:''|"")?$/.test(text);

/** A part; where something typed is nothing, with a letter in its place. */
export function shown(part: Part, at: number, parts: readonly Part[]): Part {
  if (part.name === '' || part.kind === 'written' || !isEmpty(part)) return part;
  const [before, after] = [textOf(parts.slice(0, at)).at(-1), textOf(parts.slice(at + 1))[0]];
  if (part.left && mayBeLeftOut(part.left, before, after)) return part;
  const own = part.kind === 'quoted' || parts.length === 1 || (before === after && (before === '"' || before === "'"));
  return { ...part, kind: 'quoted', text: own ? alone : nothing };
}

const textOf = (parts: readonly Part[]): string => parts.map(({ text }) => text).join('');

const between = /[\s;&|()<>]/;
const quotes = /["'`]/;
const ofName = /[^\s;&|()<>/"'`*?[\]]/;

/** True where what a choice left out is words of its own; of the author's words also where a name is left without it. */
function mayBeLeftOut(left: NonNullable<Part['left']>, before = ' ', after = ' '): boolean {
  const [begins, ends] = [left.begins || between.test(before), left.ends || between.test(after)];
  // A quote is an end as well where the other side is one: the beginning, or the end, of a line for another program.
  if ((begins && (ends || quotes.test(after))) || (ends && quotes.test(before))) return true;
  return !left.typed && (ofName.test(before) || ofName.test(after)) && !/[*?[]/.test(before + after);
}

/** What was typed beside a slash of the author's, and makes a name of the path nothing, `.` or `..`. */
export function upwards(word: Marked<Part>): Part | undefined {
  return runs(word).find(({ from, to }) => {
    const beside = isSlash(word, from - 1 - dots(word.text, from)) || isSlash(word, to);
    return beside && (isNothing(word.text.slice(from, to)) || leads(word.text, from, to));
  })?.part;
}

/** How many dots stand before a letter. */
const dots = (text: string, at: number): number => /\.*$/.exec(text.slice(0, at))?.[0].length ?? 0;

const isSlash = ({ text, marks }: Marked<Part>, at: number): boolean => text[at] === '/' && !marks[at];

const isNothing = (text: string): boolean => !/[^/\u{e000}\u{e001}]/u.test(text);

/** True when a name that is wholly or partly between these letters is `.` or `..`. */
function leads(text: string, from: number, to: number): boolean {
  const ends = /[/:=\s;&|'"]/;
  let begin = from;
  let end = to;
  while (begin > 0 && !ends.test(text[begin - 1] ?? '')) begin -= 1;
  while (end < text.length && !ends.test(text[end] ?? '')) end += 1;
  return text
    .slice(begin, end)
    .split(ends)
    .some((name) => name === '.' || name === '..');
}

/** Letters of one typed part, side by side. */
export interface Run {
  readonly part: Part;
  readonly from: number;
  readonly to: number;
}

/** What was typed in a word, from its beginning. */
export function runs({ marks }: Marked<Part>): readonly Run[] {
  const found: Run[] = [];
  let from = 0;
  for (let at = 1; at <= marks.length; at += 1) {
    if (at < marks.length && marks[at] === marks[from]) continue;
    const part = marks[from];
    if (part) found.push({ part, from, to: at });
    from = at;
  }
  return found;
}
