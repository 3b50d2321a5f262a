import { Fault, type Refusal } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import type { PlayRequest } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { Play } from '#playbook/tree.ts';
import type { Loaded } from '../load.ts';
import { placeText } from './faults.ts';
import { every } from './values.ts';

/**
 * One plain word: a name, a version, a number. No shell and no program finds more in it: it is no option, no path, no
 * address, no list, no file to be read (`@`), sets nothing (`=`), forces nothing (`git push origin +main`) and takes
 * nothing away (`apt-get install jq-`). Nothing at all is none: it would vanish, and leave the rest of a word alone.
 */
const plainWord = /^(?:-?\d+(?:\.\d+)?|(?![-~.+])[\p{L}\p{M}\p{N}._+~-]+(?<!-))$/u;

/** True when all texts in a value are plain words. */
export const isPlain = (value: Json | undefined): boolean => every(value, (text) => plainWord.test(text));

/**
 * The refusal when something typed is more than a plain word, and no play of this run says that it takes text there, or
 * one asks for it and does not say so. What a shell function, a script or a program that nobody knows does with a word
 * cannot be told by reading the playbook; who wrote it knows.
 */
export function unaskedText(request: PlayRequest, { plays }: Loaded): Refusal | undefined {
  const going = plays.filter(({ hosts, regrouped }) => hosts.length > 0 || regrouped).map(({ play }) => play);
  const isAsked = (name: string): boolean =>
    going.some((play) => takesText(play, name)) && !going.some((play) => asks(play, name) && !takesText(play, name));
  const name = textsOf(request).find((one) => !isAsked(one));
  if (name === undefined) return undefined;
  return request.vars[name] === '' ? nothingAs(name) : refusalOf(name);
}

/** The variables of a request as one play has them: text that it does not ask for is refused where it is used. */
export function varsFor(request: PlayRequest, play: Play): JsonObject {
  const vars: Record<string, Json> = { ...request.vars };
  for (const name of textsOf(request).filter((one) => !takesText(play, one))) {
    Object.defineProperty(vars, name, {
      enumerable: true,
      get() {
        throw new Fault(refusalIn(play, name));
      },
    });
  }
  return vars;
}

/** The same, made once for each play. */
export function createVarsFor(request: PlayRequest): (play: Play) => JsonObject {
  const made = new WeakMap<Play, JsonObject>();
  return (play) => {
    const vars = made.get(play) ?? varsFor(request, play);
    made.set(play, vars);
    return vars;
  };
}

/** The variables that were typed and are more than plain words. */
const textsOf = ({ vars, chosen = [] }: PlayRequest): readonly string[] =>
  Object.keys(vars).filter((name) => !chosen.includes(name) && !isPlain(vars[name]));

const asks = ({ prompts }: Play, name: string): boolean => prompts.some((prompt) => prompt.name === name);

/** True where a play asks for a variable, and each time for text. */
const takesText = (play: Play, name: string): boolean =>
  asks(play, name) && play.prompts.every((prompt) => prompt.name !== name || prompt.text);

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

const nothingAs = (name: string): Refusal => ({
  code: 'run.variable_text',
  say: t(`The variable “${name}” was given nothing.`, `La variable « ${name} » n’a rien reçu.`),
  next: t(
    `Leave it out, or have the playbook ask for text, which may be nothing: “vars_prompt: [{ name: ${name}, unsafe: true }]”.`,
    `Omettez-la, ou faites demander un texte par le playbook, qui peut n’être rien : « vars_prompt: [{ name: ${name}, unsafe: true }] ».`,
  ),
});

const refusalIn = ({ at }: Play, name: string): Refusal => ({
  code: 'run.variable_text',
  say: t(
    `The play of ${placeText(at)} takes one plain word as “${name}”: another play asks for text there, this one does not.`,
    `Le play de ${placeText(at)} prend un seul mot simple pour « ${name} » : un autre play y demande un texte, pas celui-ci.`,
  ),
  next: t(
    `Type one word, or have this play ask for text, too: “vars_prompt: [{ name: ${name}, unsafe: true }]”.`,
    `Tapez un seul mot, ou faites demander un texte par ce play aussi : « vars_prompt: [{ name: ${name}, unsafe: true }] ».`,
  ),
});
