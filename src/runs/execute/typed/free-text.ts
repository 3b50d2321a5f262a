import type { Refusal } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import type { PlayRequest } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { Loaded } from '../load.ts';
import { every } from './values.ts';

/**
 * One plain word: a name, a version, a number. No shell and no program finds more in it: it is no option, no path, no
 * address, no list, no file to be read (`@`) and sets nothing (`=`).
 */
const plainWord = /^(?:-?\d+(?:\.\d+)?|(?![-~.])[\p{L}\p{M}\p{N}._+~-]*)$/u;

/** True when all texts in a value are plain words. */
const isPlain = (value: Json | undefined): boolean => every(value, (text) => plainWord.test(text));

/**
 * The refusal when something typed is more than a plain word, and the playbook does not say that it takes text. What a
 * shell function, a script or a program that nobody knows does with a word cannot be told by reading the playbook; who
 * wrote it knows.
 */
export function unaskedText({ vars, chosen = [] }: PlayRequest, { plays }: Loaded): Refusal | undefined {
  const texts = new Set(plays.flatMap(({ play }) => play.prompts.flatMap(({ name, text }) => (text ? [name] : []))));
  const name = Object.keys(vars).find((one) => !chosen.includes(one) && !texts.has(one) && !isPlain(vars[one]));
  return name === undefined ? undefined : refusalOf(name);
}

const refusalOf = (name: string): Refusal => ({
  code: 'run.variable_text',
  say: t(
    `The variable “${name}” takes one plain word: letters, digits and . _ + - ~ between them.`,
    `La variable « ${name} » prend un seul mot simple : lettres, chiffres et . _ + - ~ entre eux.`,
  ),
  next: t(
    `Type one word, or have the playbook ask for text: “vars_prompt: [{ name: ${name}, unsafe: true }]”.`,
    `Tapez un seul mot, ou faites demander un texte par le playbook : « vars_prompt: [{ name: ${name}, unsafe: true }] ».`,
  ),
});
