import type { Refusal } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import type { Prompt } from '#core/prompt.ts';
import { t } from '#core/text.ts';
import { mayBeSet } from '#core/variable-names.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import type { Line, Token } from './grammar.ts';
import { asArgument, promptsFor } from './prompts.ts';
import { type Known, readDuration, readValue } from './values.ts';

/** The arguments of a line: those that are right, those that are wrong, those that are missing. */
export interface Assignment {
  readonly values: JsonObject;
  readonly wrong: readonly { readonly arg?: ArgDescription; readonly token?: Token; readonly refusal: Refusal }[];
  readonly missing: readonly ArgDescription[];
  /** What the playbook that the line names asks for. */
  readonly prompts: readonly Prompt[];
}

/** One written value, and the argument it is for. */
interface Given {
  readonly arg: ArgDescription;
  readonly text: string;
  readonly token: Token;
}

/** What other programs call a plan. */
const dryRun = ['check', 'dry-run', 'dryrun', 'diff', 'what-if', 'noop'];
const planFirst = t(
  'Write “plan” before the order to see what it would do.',
  'Écrivez « plan » devant l’ordre pour voir ce qu’il ferait.',
);

/** What is said for a flag that a command does not have: the one that is near, or how it calls its hosts. */
function flagMeant({ flag = '' }: Token, { args }: CommandDescription, hosts?: ArgDescription): string | undefined {
  const [near] = nearest(
    flag,
    args.map((arg) => arg.name),
  );
  if (near !== undefined) return `--${near}`;
  return hosts && hostFlags.includes(flag) ? (hosts.after ?? `--${hosts.name}`) : undefined;
}

/** `hosts` is the argument for hosts, while it is not given. */
const unknownFlag = (token: Token, command: CommandDescription, hosts?: ArgDescription): Refusal => {
  const meant = flagMeant(token, command, hosts);
  const refusal: Refusal = {
    code: 'argument.unknown',
    say: t(`${command.name} has no --${token.flag}.`, `${command.name} n’a pas de --${token.flag}.`),
    next: t(`See “help ${command.name}”.`, `Voyez « help ${command.name} ».`),
  };
  if (command.kind === 'change' && dryRun.includes(token.flag ?? '')) return { ...refusal, next: planFirst };
  if (meant === undefined) return refusal;
  return {
    ...refusal,
    next: t(`Did you mean “${meant}”?`, `Vouliez-vous dire « ${meant} » ?`),
    details: { instead: [meant] },
  };
};

const tooMany = (token: Token, command: CommandDescription): Refusal => ({
  code: 'argument.too_many',
  say: t(
    `I do not know what “${token.text.slice(0, 40)}” is for in ${command.name}.`,
    `Je ne sais pas à quoi sert « ${token.text.slice(0, 40)} » dans ${command.name}.`,
  ),
  next: t(`See “help ${command.name}”.`, `Voyez « help ${command.name} ».`),
});

const twice = (arg: ArgDescription): Refusal => ({
  code: 'argument.twice',
  say: t(`${arg.name} is given twice.`, `${arg.name} est donné deux fois.`),
  next: t('Give it once.', 'Donnez-le une fois.'),
});

const noValue = (arg: ArgDescription): Refusal => ({
  code: 'argument.no_value',
  say: t(`--${arg.name} needs a value.`, `--${arg.name} veut une valeur.`),
  next: t('Write it after the name.', 'Écrivez-la après le nom.'),
});

const badVar = (token: Token): Refusal => ({
  code: 'argument.variable_name',
  say: t(`“${token.key}” cannot be set as a variable.`, `« ${token.key} » ne peut pas être donné comme variable.`),
  next: t(
    'Use another name: at most 100 letters, digits and _, none that Ansible keeps for itself.',
    'Prenez un autre nom : au plus 100 lettres, chiffres et _, aucun qu’Ansible garde pour lui.',
  ),
});

/** What people say before hosts, whichever of them the command has: `status on web-1`, `deploy shop v2 on web-1`. */
const beforeHosts = ['on', 'to', 'at', 'sur', 'vers'];
const hostFlags = [...beforeHosts, 'host', 'hosts', 'limit'];
const isOfHosts = ({ kind }: ArgDescription): boolean => kind === 'host' || kind === 'hosts';

/** What people say before a length of time: `logs web-1 since 1 hour`. */
const beforeLength = ['since', 'last', 'for', 'depuis', 'pendant'];

const isPlain = (token: Token | undefined): token is Token =>
  token !== undefined && !token.quoted && token.flag === undefined && token.key === undefined;

/** The length of time that words begin with, `1h` or `1 hour`, and how many words it takes. */
function lengthIn([first, second]: readonly (Token | undefined)[]): { readonly text: string; readonly words: number } {
  const none = { text: '', words: 0 };
  if (!isPlain(first) || !/^\d/.test(first.text)) return none;
  if (readDuration(first.text) !== undefined) return { text: first.text, words: 1 };
  const both = isPlain(second) ? `${first.text} ${second.text}` : '';
  return readDuration(both) === undefined ? none : { text: both, words: 2 };
}

/** Where the words of one line go, gathered while they are read from left to right. */
class Sorting {
  readonly given: Given[] = [];
  readonly wrong: { token: Token; arg?: ArgDescription; refusal: Refusal }[] = [];
  readonly vars: Record<string, string> = Object.create(null);
  private readonly line: Line;
  private readonly command: CommandDescription;

  constructor(line: Line, command: CommandDescription) {
    this.line = line;
    this.command = command;
  }

  taken(arg: ArgDescription): boolean {
    return this.given.some((one) => one.arg === arg);
  }

  give(arg: ArgDescription, text: string, token: Token): void {
    if (this.taken(arg) && arg.kind !== 'words') this.wrong.push({ token, arg, refusal: twice(arg) });
    else this.given.push({ arg, text, token });
  }

  /** The word as typed, with what stands before an `=`. */
  asTyped(token: Token): string {
    return token.key === undefined ? token.text : this.line.text.slice(token.start, token.end);
  }

  named(name: string): ArgDescription | undefined {
    return this.command.args.find((arg) => arg.name.toLowerCase() === name.toLowerCase());
  }

  /** The next argument that takes a word by its position. */
  positional(): ArgDescription | undefined {
    const free = this.command.args.filter((arg) => !arg.named && arg.kind !== 'vars' && arg.kind !== 'flag');
    return (
      free.find((arg) => !this.taken(arg) && arg.after === undefined) ??
      free.find((arg) => !this.taken(arg)) ??
      free.find((arg) => arg.kind === 'words')
    );
  }

  /** Each reader takes the words it knows and says how many; 0 when they are not for it. */
  flag(token: Token, next: Token | undefined): number {
    if (token.flag === undefined) return 0;
    const arg = this.named(token.flag);
    if (!arg) this.wrong.push({ token, refusal: unknownFlag(token, this.command, this.freeHosts()) });
    else if (!token.bare || arg.kind === 'flag') this.give(arg, token.text, token);
    else if (next && next.flag === undefined) {
      this.give(arg, this.asTyped(next), next);
      return 2;
    } else this.wrong.push({ token, arg, refusal: noValue(arg) });
    return 1;
  }

  pair(token: Token): number {
    if (token.key === undefined) return 0;
    const arg = this.named(token.key);
    if (arg && !this.taken(arg)) this.give(arg, token.text, token);
    else if (!this.command.args.some((one) => one.kind === 'vars')) return 0;
    else if (!mayBeSet(token.key)) {
      this.wrong.push({ token, refusal: badVar(token) });
    } else this.vars[token.key] = token.text;
    return 1;
  }

  private isMissingNumber(token: Token): boolean {
    return /^\d+$/.test(token.text) && this.command.args.some((arg) => arg.kind === 'number' && !this.taken(arg));
  }

  /** Where hosts go, or the next argument when this is one of the things it may be: `logs on web-1`. */
  private placeFor({ text }: Token): ArgDescription | undefined {
    const next = this.positional();
    const isOffered = next?.kind === 'word' && next.suggestions?.includes(text) === true;
    return this.freeHosts() ?? (isOffered ? next : undefined);
  }

  private freeHosts(): ArgDescription | undefined {
    return this.command.args.find((one) => isOfHosts(one) && !this.taken(one));
  }

  /** The word after it, or all of them up to a number that is missing, where the argument takes words. */
  preposition([token, next, ...rest]: readonly Token[]): number {
    if (!token || token.quoted || !next || next.flag !== undefined) return 0;
    const word = token.text.toLowerCase();
    const arg =
      this.command.args.find((one) => one.after === word && !this.taken(one)) ??
      (beforeHosts.includes(word) ? this.placeFor(next) : undefined);
    if (!arg) return 0;
    const end = rest.findIndex((one) => one.flag !== undefined || this.isMissingNumber(one));
    const more = arg.kind !== 'words' ? [] : end < 0 ? rest : rest.slice(0, end);
    for (const one of [next, ...more]) this.give(arg, this.asTyped(one), one);
    return 2 + more.length;
  }

  /** A bare length of time is the question's `--since`, before it is a word to look for; in quotes it is that word. */
  length(tokens: readonly Token[]): number {
    const [first] = tokens;
    const arg = this.command.args.find((one) => one.kind === 'duration' && one.named && !this.taken(one));
    const next = this.positional();
    if (!first || !arg || this.command.kind !== 'question' || next?.required || next?.kind === 'text') return 0;
    const lead = isPlain(first) && [arg.name, ...beforeLength].includes(first.text.toLowerCase()) ? 1 : 0;
    const { text, words } = lengthIn(tokens.slice(lead));
    if (words > 0) this.give(arg, text, tokens[lead] ?? first);
    if (words > 0 || lead === 0 || next) return words > 0 ? lead + words : 0;
    // “since 3 bananas”, where no word fits any more: what is wrong is the length.
    const written = tokens.slice(1).filter(isPlain);
    const said = written.map((token) => token.text).join(' ');
    if (said === '') this.wrong.push({ token: first, arg, refusal: noValue(arg) });
    else this.give(arg, said, written[0] ?? first);
    return 1 + written.length;
  }

  word(token: Token, isLast: boolean): number {
    const arg = this.positional();
    if (!arg) this.wrong.push({ token, refusal: tooMany(token, this.command) });
    else if (arg.kind === 'text') {
      this.give(arg, token.quoted && isLast ? token.text : this.line.text.slice(token.start), token);
      return Number.POSITIVE_INFINITY;
    } else this.give(arg, this.asTyped(token) + (arg.kind === 'words' ? (token.trail ?? '') : ''), token);
    return 1;
  }
}

/** Nobody is told more: the rest of such a line is not looked at. */
const mostWrong = 20;

/** Decides which written word is for which argument; nothing is checked yet. */
function sortTokens(line: Line, tokens: readonly Token[], command: CommandDescription): Sorting {
  const sorting = new Sorting(line, command);
  let at = 0;
  for (let token = tokens[at]; token && sorting.wrong.length < mostWrong; token = tokens[at]) {
    const next = tokens[at + 1];
    at +=
      sorting.flag(token, next) ||
      sorting.pair(token) ||
      sorting.preposition(tokens.slice(at)) ||
      sorting.length(tokens.slice(at, at + 3)) ||
      sorting.word(token, !next);
  }
  return sorting;
}

/** `--app_version=v2`, for what the playbook asks for: sending a form writes it so. */
function takeAsked(sorted: Sorting, wrong: Assignment['wrong'], prompts: readonly Prompt[]): Assignment['wrong'] {
  return wrong.filter(({ token }) => {
    const asked = token?.flag !== undefined && !token.bare && prompts.find(({ name }) => isFlagOf(name, token.flag));
    if (!token || !asked || asked.name in sorted.vars) return true;
    sorted.vars[asked.name] = token.text;
    return false;
  });
}

/** A flag comes in small letters. */
const isFlagOf = (name: string, flag: string | undefined): boolean => name.toLowerCase() === flag;

/** Finds, for every argument of the command, its checked value, its fault, or that it is missing. */
export function assign(line: Line, tokens: readonly Token[], command: CommandDescription, known: Known): Assignment {
  const sorted = sortTokens(line, tokens, command);
  const values: Record<string, Json> = {};
  const wrong: Assignment['wrong'][number][] = [];
  for (const { arg, text, token } of sorted.given) {
    const value = readValue(
      arg,
      text,
      known,
      isOfHosts(arg) && known.shown ? () => known.shown?.(command, arg) : undefined,
    );
    if (!value.ok) wrong.push({ arg, token, refusal: value.refusal });
    else if (arg.kind === 'words')
      values[arg.name] = [...((values[arg.name] as Json[]) ?? []), ...(value.value as Json[])];
    else values[arg.name] = value.value;
  }
  const prompts = promptsFor(command, values, known.prompts);
  wrong.unshift(...takeAsked(sorted, sorted.wrong, prompts));
  for (const arg of command.args) {
    if (arg.kind === 'vars') values[arg.name] = { ...sorted.vars };
    else if (!(arg.name in values) && arg.default !== undefined) values[arg.name] = arg.default as Json;
    else if (!(arg.name in values) && arg.kind === 'flag') values[arg.name] = false;
    else if (!(arg.name in values) && arg.kind === 'words' && !arg.required) values[arg.name] = [];
  }
  const faulty = new Set(wrong.map((one) => one.arg?.name));
  const missing = command.args.filter((arg) => arg.required && !(arg.name in values) && !faulty.has(arg.name));
  const unasked = prompts.filter(({ name, isWanted }) => isWanted && !(name in sorted.vars));
  return { values, wrong, missing: [...missing, ...unasked.map(asArgument)], prompts };
}
