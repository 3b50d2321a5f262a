import { canonical, type JsonObject } from '#core/json.ts';
import type { CommandDescription } from './catalogue.ts';
import { formLine, writeWord } from './grammar.ts';
import { understand } from './understand.ts';
import type { Known } from './values.ts';

/**
 * Writes `line` followed by the values of a form, as somebody would type it: `deploy shop v2`. A value stands in its
 * place only if it is a plain word and the line then means exactly what it means with the name, `--app=shop`.
 */
export function filledLine(
  line: string,
  values: Readonly<Record<string, string>>,
  commands: readonly CommandDescription[],
  known: Known,
): string {
  const named = formLine(line, values);
  const meaning = meaningOf(named, commands, known);
  if (meaning === undefined) return named;
  const order = meaning.command.args.map(({ name }) => name);
  const sorted = Object.entries(values).sort(([one], [other]) => order.indexOf(one) - order.indexOf(other));
  let words = sorted.map(([name, value]) => formLine('', { [name]: value }));
  for (const [at, [, value]] of sorted.entries()) {
    if (writeWord(value) !== value) continue;
    const tried = words.with(at, ` ${value}`);
    if (meaningOf(line + tried.join(''), commands, known)?.said === meaning.said) words = tried;
  }
  return line + words.join('');
}

/** A line that is an order, or the beginning of one: what it is about, and all that it says. */
function meaningOf(line: string, commands: readonly CommandDescription[], known: Known) {
  const meaning = understand(line, commands, known);
  if (meaning.kind !== 'order' && meaning.kind !== 'asking') return undefined;
  const { command, args } = meaning;
  const said: JsonObject = { command: command.name, args, plan: meaning.kind === 'order' && meaning.planOnly };
  return { command, said: canonical(said) };
}
