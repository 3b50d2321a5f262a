import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import type { Prompt } from '#core/prompt.ts';
import { join, type Text, t } from '#core/text.ts';
import { mayBeSet } from '#core/variable-names.ts';
import type { Assignment } from './assign.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import type { Line, Token } from './grammar.ts';
import type { Known } from './values.ts';

type Prompts = Known['prompts'];

/** What the playbook of an order asks for, when the command takes variables for it. */
export function promptsFor({ args }: CommandDescription, values: JsonObject, known: Prompts): readonly Prompt[] {
  const playbook = args.find(({ kind }) => kind === 'playbook');
  const named = playbook && values[playbook.name];
  if (typeof named !== 'string' || !args.some(({ kind }) => kind === 'vars')) return [];
  // What a form gives is written as `--name=value`: a name that the command has itself, or no flag can have, is not asked for.
  return (known?.get(named) ?? []).filter(
    ({ name }) => mayBeSet(name) && /^[a-z]/i.test(name) && !args.some((arg) => arg.name === name),
  );
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The variables that were typed. */
const typedVars = ({ args }: CommandDescription, values: JsonObject): JsonObject => {
  const vars = values[args.find(({ kind }) => kind === 'vars')?.name ?? ''];
  return isObject(vars) ? vars : {};
};

/** A variable that is asked for, as an argument that is missing. */
export const asArgument = ({ name, about }: Prompt): ArgDescription => ({
  name,
  kind: 'word',
  about: about === undefined ? name : `${about} (${name})`,
  required: true,
  named: true,
});

/** The names that somebody who typed this may have meant: those near it, or of which it is a part. */
const meantBy = (typed: string, names: readonly string[]): readonly string[] => {
  const near = nearest(typed, names);
  const word = typed.toLowerCase();
  return near.length > 0 ? near : names.filter((name) => name.toLowerCase().split('_').includes(word));
};

/** `version=v2` where `app_version` is missing: the line with the name that the playbook asks for. */
export function misnamed(
  line: Line,
  tokens: readonly Token[],
  { missing }: Assignment,
  prompts: readonly Prompt[],
): { readonly refusal: Refusal; readonly lines: readonly string[] } | undefined {
  const names = prompts.map(({ name }) => name);
  const wanted = names.filter((name) => missing.some((arg) => arg.name === name));
  for (const { key, start } of tokens) {
    if (key === undefined || names.includes(key)) continue;
    const meant = meantBy(key, wanted);
    if (meant.length === 0) continue;
    const lines = meant.map((name) => line.text.slice(0, start) + name + line.text.slice(start + key.length));
    return { refusal: notAskedFor(key, meant), lines };
  }
  return undefined;
}

const list = (names: readonly string[]): string => names.join(', ');

const notAskedFor = (key: string, meant: readonly string[]): Refusal => ({
  code: 'argument.misnamed',
  say: t(
    `The playbook asks for ${list(meant)}, not for “${key}”.`,
    `Le playbook demande ${list(meant)}, et non « ${key} ».`,
  ),
  next: t(`Did you mean ${list(meant)}?`, `Vouliez-vous dire ${list(meant)} ?`),
});

/** Of variables that were typed where the playbook asks for others it is said so: it may read them, or they go nowhere. */
export function withUnasked(card: Card, command: CommandDescription, args: JsonObject, known: Prompts): Card {
  const note = unaskedNote(promptsFor(command, args, known), Object.keys(typedVars(command, args)));
  if (note === undefined) return card;
  const text = join([note, ...(card.text === undefined ? [] : [card.text])], '\n\n');
  return { ...card, tone: card.tone === 'bad' ? 'bad' : 'warn', text };
}

/**
 * The card of a plan in which something would fail says which variables the playbook asks for in a terminal alone: one of
 * them may be what is missing.
 */
export function withHidden(card: Card, command: CommandDescription, args: JsonObject, known: Prompts): Card {
  const typed = Object.keys(typedVars(command, args));
  const hidden = promptsFor(command, args, known).filter(({ name, isHidden }) => isHidden && !typed.includes(name));
  if (hidden.length === 0) return card;
  const names = list(hidden.map(({ name }) => name));
  const note = t(
    `The playbook asks for ${names} without showing it: in a chat that is asked of nobody. Set it in the inventory or in a vault.`,
    `Le playbook demande ${names} sans l’afficher : dans un chat, cela n’est demandé à personne. Donnez-le dans l’inventaire ou dans un coffre.`,
  );
  return { ...card, text: join([note, ...(card.text === undefined ? [] : [card.text])], '\n\n') };
}

function unaskedNote(prompts: readonly Prompt[], typed: readonly string[]): Text | undefined {
  const names = prompts.map(({ name }) => name);
  const others = typed.filter((name) => !names.includes(name));
  if (names.length === 0 || others.length === 0) return undefined;
  const meant = [...new Set(others.flatMap((name) => meantBy(name, names)))];
  const [en, fr] =
    meant.length > 0
      ? [`did you mean ${list(meant)}?`, `vouliez-vous dire ${list(meant)} ?`]
      : [`it asks for ${list(names)}.`, `il demande ${list(names)}.`];
  return t(
    `The playbook does not ask for ${list(others)}, and may not read it: ${en}`,
    `Le playbook ne demande pas ${list(others)}, et peut ne pas le lire : ${fr}`,
  );
}
