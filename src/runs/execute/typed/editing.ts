import type { Marked } from '#playbook/words/marked.ts';
import { isText, type Open, openAfter } from '#playbook/words/open.ts';
import type { Part } from './parts.ts';
import { type Run, runs } from './paths.ts';
import { isHarmless, isNumber } from './values.ts';

type Word = Marked<Part>;

const sedParts = /(?:^|[\s;{}\d$/!,])[sy]([^\w\s])/g;
const perlParts = /(?:^|[^\w$@%])(?:s|m|y|tr|qr|q|qq)([^\w\s])/g;
/** A text that sed adds goes on to the end of its line. */
const added = /(?:^|[\s;{}\d$/!,])[aic](?:\\|\s)[^\n]*$/;
const address = /(?:^|[\s;{},!])\//g;

/** What was typed in a program of an editor of streams, and is more there than letters of one of its texts. */
export function beyondText(word: Word, program: string): Part | undefined {
  const sed = /^g?sed$/.test(program);
  const between = new Set([...authored(word, sed ? sedParts : perlParts)].map(([, end = '']) => end));
  if ((sed ? authored(word, address) : authored(word, /\//g)).length > 0) between.add('/');
  const ends = (text: string): boolean => [...between].some((end) => text.includes(end));
  return runs(word).find(({ from, to }) => {
    const text = word.text.slice(from, to);
    return ends(text) || (sed && isOutside(word, from) && !/^\d+(?:,\d+)?$/.test(text));
  })?.part;
}

/** What the author wrote of that kind. */
const authored = ({ text, marks }: Word, kind: RegExp): readonly RegExpExecArray[] =>
  [...text.matchAll(kind)].filter((found) => !marks[found.index + found[0].length - 1]);

/** True where no text of a program of sed is open: a letter is a command there. */
function isOutside(word: Word, at: number): boolean {
  const before = word.slice(0, at);
  if (added.test(before.text)) return false;
  const opened = authored(before, sedParts).at(-1);
  const found = authored(before, address).at(-1);
  if (opened) return inside(before.text, opened, opened[1] ?? '/') > 2;
  return found === undefined || inside(before.text, found, '/') > 1;
}

/** How many ends of parts are behind what begins the first of them. */
const inside = (text: string, { index, 0: begin }: RegExpExecArray, end: string): number =>
  text
    .slice(index + begin.length - 1)
    .replace(/\\[\s\S]/g, '')
    .split(end).length - 1;

/** What was typed in a program for a database, and is neither a number, nor a name, nor a part of one of its texts. */
export function beyondValue(word: Word): Part | undefined {
  const [option = ''] = /^(?:-[A-Za-z]*[ceq]|--[a-z-]+=)/.exec(word.text) ?? [];
  let open: Open = '';
  let at = option.length;
  for (const { part, from, to } of runs(word)) {
    open = openAfter('sql', open, word.text.slice(at, Math.max(at, from)));
    const text = word.text.slice(from, to);
    if (!isValue(text, open) && !(isName(text) && named.test(word.text.slice(0, from)))) return part;
    at = to;
  }
  return undefined;
}

/** Where the author wrote what kind of thing is named. */
const named =
  /\b(?:DATABASE|SCHEMA|TABLE|VIEW|INDEX|EXTENSION|USER|ROLE|USE|FROM|INTO|UPDATE|JOIN)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?$/i;

const isName = (text: string): boolean => /^\w+$/.test(text);

const isValue = (text: string, open: Open): boolean => isNumber(text) || (isHarmless(text) && isText(open));

/** What was typed in a word of `curl`, where it takes it for the mark of a file; `option`: the word before it. */
export const namesFile = (word: Word, option = ''): Run | undefined =>
  runs(word).find(({ from, to }) => {
    const before = word.text.slice(0, from);
    if (/^[@<]/.test(word.text.slice(from)) && /^(?:-[dFT])?$|=$/.test(before)) return true;
    if (/;\s*headers=["']?[@<]/.test(word.text.slice(from, to))) return true;
    return encoding.test(option) && !word.text.includes('=') && word.text.slice(from, to).includes('@');
  });

/** Here a name may be before the mark of a file. */
const encoding = /^--(?:data-u[a-z]*|url-query)$/;
