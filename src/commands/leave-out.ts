import type { Refusal } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { t } from '#core/text.ts';
import type { Assignment } from './assign.ts';
import type { CommandDescription } from './catalogue.ts';
import type { Line, Token } from './grammar.ts';

type Fault = Assignment['wrong'][number];

/** Whether what was given looks like one of the values that are offered for it. */
export const isNear = ({ token, refusal }: Fault): boolean => {
  const offered = refusal.details?.instead;
  if (token === undefined || !Array.isArray(offered)) return false;
  return token.flag !== undefined ? offered.length > 0 : nearest(token.text, offered.map(String)).length > 0;
};

/** The words before a value that are nothing without it: `to`, `--since`. */
function withItsHead(token: Token, line: Line, command: CommandDescription): readonly Token[] {
  const before = line.tokens[line.tokens.indexOf(token) - 1];
  if (!before) return [token];
  const leads = command.args.some(({ after }) => after !== undefined && after === before.text.toLowerCase());
  return leads || before.bare ? [before, token] : [token];
}

/** The line without these words, nor the mark at its end. */
const without = (line: Line, tokens: readonly Token[]): string =>
  line.tokens
    .filter((token) => !tokens.includes(token))
    .map((token) => line.text.slice(token.start, token.end))
    .join(' ');

/** Lines that leave out the words nobody knows: the first of them, then all of them. */
export function leavingOut(line: Line, faults: readonly Fault[], command: CommandDescription): readonly string[] {
  const words = faults.flatMap(({ token }) => (token && line.tokens.includes(token) ? [token] : []));
  const lines = [words.slice(0, 1), words].map((some) =>
    without(
      line,
      some.flatMap((token) => withItsHead(token, line, command)),
    ),
  );
  return words.length === 0 ? [] : [...new Set(lines)];
}

/** A change is not offered on hosts that only happen to be there: what to do instead. */
export const unlisted = (refusal: Refusal, command: CommandDescription): Refusal => ({
  ...refusal,
  next: t(`Leave it out, or see “help ${command.name}”.`, `Laissez-le de côté, ou voyez « help ${command.name} ».`),
});
