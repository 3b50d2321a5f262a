import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import { t } from '#core/text.ts';
import { isQuestion, withoutQuestionMark } from './asked.ts';
import { type Assignment, assign } from './assign.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import { type Line, readLine, type Token, writeWord } from './grammar.ts';
import { isNear, leavingOut, unlisted } from './leave-out.ts';
import { misnamed } from './prompts.ts';
import { swapped } from './swapped.ts';
import { synonymOf } from './synonyms.ts';
import type { Known } from './values.ts';

/** What a line means. `instead` are whole lines to offer as buttons. */
export type Understood =
  | {
      readonly kind: 'order';
      readonly command: CommandDescription;
      readonly args: JsonObject;
      readonly planOnly: boolean;
    }
  | {
      readonly kind: 'asking';
      readonly command: CommandDescription;
      readonly args: JsonObject;
      readonly missing: readonly ArgDescription[];
      /** What was written so far, without a mark at its end: a form goes on from it. */
      readonly line: string;
    }
  | {
      readonly kind: 'refused';
      readonly refusal: Refusal;
      readonly instead: readonly string[];
      readonly command?: string;
    }
  | { readonly kind: 'nothing' };

/** Names the bot answers to at the beginning of a line: `@quarterdeck`, `/ops`. */
const addressed = /^(?:[@/](?:quarterdeck|ops|qd)\b[:,]?\s*)+/i;

/** A whole order in quotes, as it is copied from a message that told it. */
const wholeInQuotes = /^\s*(?:“([^“”]+)”|«([^«»]+)»|„([^„“]+)“|"([^"\\]+)")[.!…]?\s*$/u;

const unquoted = (line: string): string => {
  const found = wholeInQuotes.exec(line);
  return found?.slice(1).find((inside) => inside !== undefined) ?? line;
};

interface Match {
  readonly command: CommandDescription;
  /** How many words its name took. */
  readonly words: number;
}

/** The command whose name, of one or more words, is the longest at the beginning of the line. */
function findCommand(tokens: readonly Token[], commands: readonly CommandDescription[]): Match | undefined {
  const words = tokens
    .slice(0, 3)
    .map((token, at) => ((token.quoted && at > 0) || token.flag || token.key ? '' : token.text.toLowerCase()));
  for (let count = words.length; count > 0; count -= 1) {
    if (words.slice(0, count).includes('')) continue;
    const said = words.slice(0, count).join(' ');
    const command = commands.find((one) => one.name === said || one.aliases.includes(said));
    if (command) return { command, words: count };
  }
  return undefined;
}

const unknownCommand = (word: string, near: readonly string[]): Refusal => ({
  code: 'command.unknown',
  say: t(`I do not know “${word}”.`, `Je ne connais pas « ${word} ».`),
  next:
    near.length > 0
      ? t(`Did you mean ${near.join(', ')}?`, `Vouliez-vous dire ${near.join(', ')} ?`)
      : t('Type “help” for what I can do.', 'Tapez « help » pour ce que je sais faire.'),
});

/** A line nobody can make sense of: the nearest commands, each with the rest of the line kept. */
function notACommand(line: Line, tokens: readonly Token[], commands: readonly CommandDescription[]): Understood {
  const first = tokens[0];
  const written = first?.quoted ? first.text : line.text.slice(first?.start ?? 0, first?.end);
  const word = written.slice(0, 40);
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]).filter((name) => /\p{L}/u.test(name));
  const two = tokens.length > 1 ? `${word} ${tokens[1]?.text ?? ''}` : '';
  const nearTwo = two
    ? nearest(
        two,
        names.filter((name) => name.includes(' ')),
      )
    : [];
  const meant = synonymOf(word, names) ?? names.find((name) => name.endsWith(` ${word.toLowerCase()}`));
  const near =
    nearTwo.length > 0
      ? nearTwo
      : meant
        ? [meant]
        : nearest(
            word,
            names.filter((name) => !name.includes(' ')),
          );
  const rest = line.text.slice(tokens[nearTwo.length > 0 ? 1 : 0]?.end ?? line.text.length).trim();
  const instead = near.map((name) => (rest ? `${name} ${rest}` : name));
  return { kind: 'refused', refusal: unknownCommand(word, near), instead: [...instead, 'help'] };
}

/** What is meant by a flag, `--since` or `to`, with the value that was written behind its `=`. */
const flagged = (meant: string, { bare, text }: Token): string =>
  bare ? meant : `${meant}${meant.startsWith('--') ? '=' : ' '}${writeWord(text)}`;

/** The line with one word replaced by each thing that was near it. */
function corrected(line: Line, token: Token | undefined, refusal: Refusal): readonly string[] {
  const instead = refusal.details?.instead;
  if (!token || !Array.isArray(instead)) return [];
  return instead.map((value) => {
    const written = token.flag === undefined ? writeWord(String(value)) : flagged(String(value), token);
    const head = token.key === undefined ? '' : `${token.key}=`;
    return line.text.slice(0, token.start) + head + written + line.text.slice(token.end);
  });
}

/** `please`. A change without `--check` or `web-1` would reach more than was meant, so those are never left out of one. */
const isChatter = ({ text, flag, key }: Token, { fleet }: Known): boolean =>
  flag === undefined &&
  key === undefined &&
  /^\p{L}+[.!]?$/u.test(text) &&
  ![...fleet.groups(), ...fleet.hosts().map(({ name }) => name)].some(
    (name) => name.toLowerCase() === text.toLowerCase(),
  );

/**
 * What is wrong in a line, and lines to offer: what is near it in its place; where nothing is, the line without it, when
 * that is a whole order.
 */
function faulty(
  line: Line,
  wrong: Assignment['wrong'],
  command: CommandDescription,
  known: Known,
  isWhole: (line: string) => boolean,
): Extract<Understood, { kind: 'refused' }> {
  const [first] = wrong;
  if (!first) return { kind: 'refused', refusal: planWhat, instead: [] };
  const inPlace = corrected(line, first.token, first.refusal);
  if (isNear(first)) return { kind: 'refused', refusal: first.refusal, instead: inPlace };
  const mayLeaveOut =
    command.kind === 'question' || wrong.every(({ token }) => token === undefined || isChatter(token, known));
  const whole = mayLeaveOut ? leavingOut(line, wrong, command).find(isWhole) : undefined;
  const shorter = whole === undefined ? [] : [whole];
  if (command.kind === 'change' && first.arg?.kind === 'hosts')
    return { kind: 'refused', refusal: unlisted(first.refusal, command), instead: shorter };
  return { kind: 'refused', refusal: first.refusal, instead: [...shorter, ...inPlace] };
}

/**
 * Lines for a word that is none of what it was taken for, and one of what is missing: behind each of those that may
 * stand before it. `deploy v2`.
 */
function misplaced(
  line: Line,
  tokens: readonly Token[],
  { name, args }: CommandDescription,
  { values, missing }: Assignment,
): Extract<Understood, { kind: 'refused' }> | undefined {
  for (const arg of args) {
    const value = values[arg.name];
    const own = arg.suggestions ?? [];
    if (arg.kind !== 'word' || typeof value !== 'string' || own.length === 0 || own.includes(value)) continue;
    const at = tokens.find(({ text, flag, key }) => text === value && flag === undefined && key === undefined)?.start;
    if (at === undefined || !missing.some(({ suggestions }) => suggestions?.includes(value))) continue;
    const lines = own.slice(0, 3).map((one) => `${line.text.slice(0, at)}${writeWord(one)} ${line.text.slice(at)}`);
    return { kind: 'refused', refusal: without(name, arg, value, lines), instead: lines, command: name };
  }
  return undefined;
}

const without = (command: string, { name }: ArgDescription, value: string, lines: readonly string[]): Refusal => ({
  code: 'argument.left_out',
  say: t(`${command}: ${name} is missing before “${value}”.`, `${command} : il manque ${name} avant « ${value} ».`),
  next: t(`Did you mean ${lines.join(', ')}?`, `Vouliez-vous dire ${lines.join(', ')} ?`),
});

/** From a line of chat to a checked order, or to what is missing or wrong in it. Pure. */
export const understand = (raw: string, commands: readonly CommandDescription[], known: Known): Understood =>
  // Whether a line that is offered is whole is asked without offering others: else each of a thousand would ask again.
  meant(raw, commands, known, (line) => meant(line, commands, known, () => false).kind === 'order');

/** The line without the question mark of a question, which says no more than its command. */
function asked(line: Line, commands: readonly CommandDescription[]): Line {
  const without = withoutQuestionMark(line);
  const match = without && findCommand(without.tokens, commands);
  return without && match && isQuestion(match.command) ? without : line;
}

function meant(
  raw: string,
  commands: readonly CommandDescription[],
  known: Known,
  isWhole: (line: string) => boolean,
): Understood {
  const read = readLine(unquoted(raw.replace(addressed, '')));
  if (!read.ok) return { kind: 'refused', refusal: read.refusal, instead: [] };
  const line = asked(read.value, commands);
  if (line.tokens.length === 0) return { kind: 'nothing' };
  const planning = /^plan$/i.test(line.tokens[0]?.text ?? '');
  if (planning && line.tokens.length === 1) return { kind: 'refused', refusal: planWhat, instead: [] };
  const tokens = planning ? line.tokens.slice(1) : line.tokens;
  const match = findCommand(tokens, commands);
  if (!match) return notACommand(line, tokens, commands.filter(known.mayUse ?? (() => true)));
  const { command } = match;
  if (planning && command.kind === 'question')
    return { kind: 'refused', refusal: nothingToPlan(command.name), instead: [] };
  const assigned = assign(line, tokens.slice(match.words), command, known);
  const first = assigned.wrong[0];
  if (first) {
    return { ...faulty(line, assigned.wrong, command, known, isWhole), command: command.name };
  }
  const none = assigned.missing.find((arg) => arg.none !== undefined && arg.suggestions?.length === 0)?.none;
  if (none !== undefined)
    return { kind: 'refused', refusal: { code: 'argument.none', say: none }, instead: [], command: command.name };
  if (assigned.missing.length > 0) {
    const moved = misplaced(line, tokens.slice(match.words), command, assigned);
    if (moved) return moved;
    const named = misnamed(line, tokens, assigned, assigned.prompts);
    if (named) return { kind: 'refused', refusal: named.refusal, instead: named.lines, command: command.name };
    const end = line.tokens.at(-1)?.end ?? line.text.length;
    return { kind: 'asking', command, args: assigned.values, missing: assigned.missing, line: line.text.slice(0, end) };
  }
  const other = swapped(line, tokens.slice(match.words), command, assigned);
  if (other) return { kind: 'refused', refusal: other.refusal, instead: [other.line], command: command.name };
  return { kind: 'order', command, args: assigned.values, planOnly: planning };
}

const planWhat: Refusal = {
  code: 'command.plan_what',
  say: t('Plan what?', 'Planifier quoi ?'),
  next: t('Write a change after it: “plan deploy shop v2”.', 'Écrivez un changement après : « plan deploy shop v2 ».'),
};

const nothingToPlan = (name: string): Refusal => ({
  code: 'command.nothing_to_plan',
  say: t(
    `${name} changes nothing, so there is nothing to plan.`,
    `${name} ne change rien, il n’y a donc rien à planifier.`,
  ),
  next: t(`Just type “${name}”.`, `Tapez simplement « ${name} ».`),
});
