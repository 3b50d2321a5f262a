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
    .map((word) => outside(word, parted.test(program), /^(?:perl|ruby)/.test(program)))
    .find((one) => one);
}

/** An option with the script in it: the next word is none. */
const hasScript = (word: Word | undefined): boolean => word?.text.startsWith('-') === true && /[^\w-]/.test(word.text);

function outside(word: Word, parts: boolean, slashes: boolean): Part | undefined {
  return runs(word).find(({ from, to }) => {
    const text = word.text.slice(from, to);
    const before = word.text.slice(0, from).replace(/\\[\s\S]/g, '');
    const named = parts && /[\w)\]]\.$/.test(before) && /^\w+$/.test(text) && !/^\s*\(/.test(word.text.slice(to));
    return !(value.test(text) || named || isText(before, slashes));
  })?.part;
}

/** True behind a remark, or where a text or a pattern is open. */
function isText(all: string, slashes: boolean): boolean {
  const before = all.replace(/^[^\S\n]*(?:#|\/\/)[^\n]*\n/gm, '');
  // What is reckoned within a text is none.
  if (/[#$@]\{[^}]*$/.test(before)) return false;
  if (/(?:^|\n)\s*(?:#|\/\/)[^\n]*$/.test(before) || isQuoted(before)) return true;
  return slashes && (/(?:^|[\s(~!&|,{;])\/[^/\n]*$/.test(before) || isPattern(before));
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

/** In `s/a/b/`, `m,a,`, `q{a}` and their like. */
function isPattern(before: string): boolean {
  const opened = [...before.matchAll(/(?:^|[^\w$@%])(s|m|y|tr|qr|q|qq)([^\w\s=;.)])/g)].at(-1);
  if (!opened) return false;
  const [all, kind = '', begin = ''] = opened;
  const rest = before.slice(opened.index + all.length);
  const ends = rest.split(closing[begin] ?? begin).length - 1;
  return ends < (/^(?:s|y|tr)$/.test(kind) ? 2 : 1);
}
