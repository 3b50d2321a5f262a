import type { Refusal } from '#core/errors.ts';
import { listed } from '#core/nearest.ts';
import { t } from '#core/text.ts';
import type { Assignment } from './assign.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import type { Line, Token } from './grammar.ts';

/** Two words that stand in each other's place, and the line with both where they belong. */
export interface Swapped {
  readonly refusal: Refusal;
  readonly line: string;
}

/**
 * `deploy v2 shop`: a word that is none of what its argument may be, where a later one is. Undefined when nothing shows
 * that they are swapped: what is not listed may be right.
 */
export function swapped(
  line: Line,
  tokens: readonly Token[],
  { name, args }: CommandDescription,
  { values }: Assignment,
): Swapped | undefined {
  const words = args.filter(({ kind }) => kind === 'word').flatMap((arg) => placed(arg, values[arg.name], tokens));
  for (const [at, first] of words.entries()) {
    if (first.own.length === 0 || isOne(first, first)) continue;
    const second = words.slice(at + 1).find((one) => isOne(one, first) && !isOne(one, one));
    if (second && first.token.end <= second.token.start) return inPlace(line, name, first.token, second.token);
  }
  return undefined;
}

interface Placed {
  readonly token: Token;
  /** What the argument may be, as far as it is listed. */
  readonly own: readonly string[];
}

/** The word that was typed for an argument, where it stands by its place alone. */
function placed(arg: ArgDescription, value: unknown, tokens: readonly Token[]): readonly Placed[] {
  const token = tokens.find(({ text, flag, key }) => text === value && flag === undefined && key === undefined);
  return token ? [{ token, own: arg.suggestions ?? [] }] : [];
}

const isOne = ({ token }: Placed, { own }: Placed): boolean => listed(token.text, own) !== undefined;

function inPlace({ text }: Line, command: string, first: Token, second: Token): Swapped {
  const [one, other] = [text.slice(first.start, first.end), text.slice(second.start, second.end)];
  const line = `${text.slice(0, first.start)}${other}${text.slice(first.end, second.start)}${one}${text.slice(second.end)}`;
  const refusal: Refusal = {
    code: 'argument.swapped',
    say: t(
      `${command}: “${second.text}” comes before “${first.text}”.`,
      `${command} : « ${second.text} » vient avant « ${first.text} ».`,
    ),
    next: t(`Did you mean ${line}?`, `Vouliez-vous dire ${line} ?`),
  };
  return { refusal, line };
}
