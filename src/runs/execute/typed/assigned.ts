import type { Marked } from '#playbook/words/marked.ts';
import { mayBe } from './environment.ts';
import type { Part } from './parts.ts';
import { runs } from './paths.ts';

type Word = Marked<Part>;

/** Something typed that sets a variable, or is more in one than a value. */
export interface Assigned {
  readonly part: Part;
  /** Empty where its name was typed, too. */
  readonly variable: string;
}

const shells = /^([A-Za-z_]\w*)\+?=/;
const makes = /^([A-Za-z_][\w.-]*)\s*(?:\?|\+|!|:{1,3})?=/;
const declaring = /^(?:export|declare|typeset|local|readonly)$/;

/** What was typed in words that set variables: those before a program, those of a shell's own commands, and of `make`. */
export function assignedIn(program: string, before: readonly Word[], words: readonly Word[]): Assigned | undefined {
  return (
    firstOf(before, shells) ??
    (declaring.test(program) ? firstOf(words, shells) : undefined) ??
    (/^[gn]?make$/.test(program) ? firstOf(words, makes) : undefined) ??
    (program === 'env' ? firstOf(words, shells) : undefined)
  );
}

function firstOf(words: readonly Word[], kind: RegExp): Assigned | undefined {
  for (const word of words) {
    const [begin = '', variable = ''] = kind.exec(word.text) ?? [];
    const named = word.marks.slice(0, begin.length).find((mark) => mark);
    if (named) return { part: named, variable: '' };
    const part = begin === '' ? undefined : beyondValue(variable, word.slice(begin.length));
    if (part) return { part, variable };
  }
  return undefined;
}

/** What was typed in the value of a variable, and may not be there. */
export const beyondValue = (variable: string, value: Word): Part | undefined =>
  runs(value).find(({ from, to }) => !mayBe(variable, value.text.slice(from, to)))?.part;
