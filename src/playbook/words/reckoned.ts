import type { Marked } from './marked.ts';

type Words<Mark> = readonly Marked<Mark>[];

const compares = /^-(?:eq|ne|gt|ge|lt|le|v)$/;
const declaring = /^(?:declare|typeset|local|export|readonly)$/;
const subscript = /^[A-Za-z_]\w*\[[\s\S]*\]\+?=/;

/** The words of a shell's own commands that it reckons with: a subscript in them is run as a program is. */
export function reckonedIn<Mark>(name: string, word: Marked<Mark>, rest: Words<Mark>): Words<Mark> {
  const [index] = subscript.exec(word.text) ?? [];
  if (index !== undefined) return [word.slice(0, index.length)];
  if (/^(?:let|read|unset|mapfile|readarray|getopts)$/.test(name)) return rest;
  if (name === 'printf') return rest[0]?.text === '-v' ? rest.slice(1, 2) : [];
  if (/^(?:test|\[|\[\[)$/.test(name))
    return rest.some(({ text, marks }) => compares.test(text) && !marks[0]) ? rest : [];
  if (declaring.test(name)) return rest.some(({ text }) => /^-[A-Za-z]*i/.test(text)) ? rest : rest.map(declared);
  return [];
}

/** What stands before the `=`. */
const declared = <Mark>(word: Marked<Mark>): Marked<Mark> => word.slice(0, `${word.text}=`.indexOf('='));

const reckonings = [
  /\(\([\s\S]*?\)\)/g,
  /\$\[[^\]]*\]/g,
  /\blet\s[^\n;]*/g,
  /\[\[?\s[^\n;]*?\s-(?:eq|ne|gt|ge|lt|le|v)\s[^\n;]*/g,
  /\b(?:declare|typeset|local|export|readonly)\s+-[A-Za-z]*i[^\n;]*/g,
  /\w\[[^\]\n]*\]/g,
  /\$\{\w+:[^-=?+}][^}]*\}/g,
];

/** True where a shell's line reckons with a variable. */
export const reckonsWith = (line: string, name: string): boolean =>
  /^[A-Za-z_]\w*$/.test(name) &&
  reckonings.some((one) => (line.match(one) ?? []).some((found) => new RegExp(`\\b${name}\\b`).test(found)));
