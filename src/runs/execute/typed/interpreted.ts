import type { Marked } from '#playbook/words/marked.ts';
import type { Part } from './parts.ts';
import { runs } from './paths.ts';

type Word = Marked<Part>;

const interpreters = /^(?:(?:python|pypy|perl|ruby|php|lua)[\d.]*|node(?:js)?|bun|deno|Rscript|mongo(?:sh)?)$/;
/** In these a name behind a dot is a part of a value, and runs nothing. */
const parted = /^(?:(?:python|pypy)[\d.]*|node(?:js)?|bun|deno|mongo(?:sh)?)$/;
const value = /^(?:-?\d+(?:\.\d+)?|true|false|null|True|False|None|nil|undefined)$/;

/** What was typed in a script for an interpreter, outside its texts: anything but a number is a name of the language there. */
export function namedIn(program: string, scripts: readonly Word[]): Part | undefined {
  if (!interpreters.test(program)) return undefined;
  return scripts
    .filter((_, at) => !hasScript(scripts[at - 1]))
    .map((word) => outside(word, parted.test(program), /^(?:perl|ruby)/.exec(program)?.[0]))
    .find((one) => one);
}

/** An option with the script in it: the next word is none. */
const hasScript = (word: Word | undefined): boolean => word?.text.startsWith('-') === true && /[^\w-]/.test(word.text);

function outside(word: Word, parts: boolean, slashes: string | undefined): Part | undefined {
  return runs(word).find(({ from, to }) => {
    const text = word.text.slice(from, to);
    const before = word.text.slice(0, from).replace(/\\[\s\S]/g, '');
    const after = word.text.slice(to);
    const named = parts && /[\w)\]]\.$/.test(before) && /^\w+$/.test(text) && !/^\s*\(/.test(after);
    return !(value.test(text) || named || isText(before, after, slashes));
  })?.part;
}

/** True behind a remark, or where a text or a pattern is open; `slashes`: the language that has patterns in its scripts. */
function isText(all: string, after: string, slashes: string | undefined): boolean {
  const before = all.replace(/^[^\S\n]*(?:#|\/\/)[^\n]*\n/gm, '');
  // What is reckoned within a text is none.
  if (/(?:[#$@]|\(\?\??)\{[^}]*$/.test(before)) return false;
  if (/(?:^|\n)\s*(?:#|\/\/)[^\n]*$/.test(before) || isQuoted(before)) return true;
  if (slashes === undefined) return false;
  return isBetweenSlashes(before) || (slashes === 'perl' && isPattern(before, after));
}

function isQuoted(before: string): boolean {
  let open = '';
  for (const letter of before) {
    if (open === '' && /["'`]/.test(letter)) open = letter;
    else if (letter === open) open = '';
  }
  return open !== '';
}

const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']', '<': '>' };

/** Behind these a slash begins a pattern; behind a value it divides. */
const expecting =
  /(?:^|[~!&|,{;([=?:]|=>|\b(?:split|grep|map|if|elsif|unless|and|or|not|while|until|when|return|print|puts|gsub|sub|scan|match))\s*$/;

function isBetweenSlashes(before: string): boolean {
  const [slash] = /(?<=^|[\s(~!&|,{;])\/[^/\n]*$/.exec(before) ?? [];
  return slash !== undefined && expecting.test(before.slice(0, before.length - slash.length));
}

/** Not for `$h{y}`, `->s`, `&s`, `y => 1` and `sub s {}`. */
const begun = /(?<=^|[\s;(,!~=?]|&&|\|\|)(?<!->\s*|\b(?:sub|package)\s+)(s|m|y|tr|qr|q|qq)([^\w\s=;.)}\]>])/g;

/** In `s/a/b/`, `m,a,`, `q{a}` and their like; what `s/a/b/e` puts in is none. */
function isPattern(before: string, after: string): boolean {
  const opened = [...before.matchAll(begun)].at(-1);
  if (!opened) return false;
  const [all, kind = '', begin = ''] = opened;
  const rest = before.slice(opened.index + all.length);
  const end = closing[begin] ?? begin;
  const ends = rest.split(end).length - 1;
  if (kind === 's' && ends === 1 && isRun(after, end)) return false;
  return ends < (/^(?:s|y|tr)$/.test(kind) ? 2 : 1);
}

/** True where what stands before the end is run: its letters behind it say so. */
function isRun(after: string, end: string): boolean {
  const at = after.indexOf(end);
  return at < 0 || /^[a-z]*e/.test(after.slice(at + end.length));
}
