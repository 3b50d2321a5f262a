import type { Text } from '#core/text.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import { type Line, readLine, writeWord } from './grammar.ts';
import { type Known, offers } from './values.ts';

/** One thing the composer can offer: the whole line it would make, and what it means. */
export interface Completion {
  readonly line: string;
  readonly label: string;
  readonly about: Text;
}

const most = 8;

/** What could come next in a line that is being typed. Pure. */
export function complete(raw: string, commands: readonly CommandDescription[], known: Known): readonly Completion[] {
  const start = raw.trimStart();
  const names = completeNames(start, commands);
  const command = commands
    .filter((one) => start.toLowerCase().startsWith(`${one.name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
  if (!command) return names;
  const offered = completeArguments(start, command, known);
  return [...names, ...offered].slice(0, most);
}

function completeNames(start: string, commands: readonly CommandDescription[]): readonly Completion[] {
  const wanted = start.toLowerCase();
  return commands
    .filter((one) => one.name.startsWith(wanted))
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, most)
    .map((one) => ({ line: `${one.name} `, label: one.name, about: one.about }));
}

function completeArguments(start: string, command: CommandDescription, known: Known): readonly Completion[] {
  const read = readLine(start.slice(command.name.length));
  if (!read.ok) return [];
  const fresh = /\s$/.test(start);
  const before = fresh ? read.value.tokens : read.value.tokens.slice(0, -1);
  const typed = fresh ? '' : (read.value.tokens.at(-1)?.text ?? '');
  const head = fresh ? start : start.slice(0, start.length - lastWordLength(read.value));
  const arg = nextArgument(command, before, typed);
  const flags =
    fresh || typed.startsWith('-') || read.value.tokens.at(-1)?.flag !== undefined ? unusedFlags(command, start) : [];
  const values = arg ? offers(arg, known) : [];
  return [
    ...values
      .filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()))
      .map((value) => ({ line: `${head}${writeWord(value)} `, label: value, about: arg?.about ?? '' })),
    ...flags.map((flag) => ({ line: `${head}--${flag.name} `, label: `--${flag.name}`, about: flag.about })),
  ].slice(0, most);
}

const lastWordLength = (line: Line): number => {
  const last = line.tokens.at(-1);
  return last ? line.text.length - last.start : 0;
};

/** The argument the word being typed is for. */
function nextArgument(command: CommandDescription, before: Line['tokens'], typed: string): ArgDescription | undefined {
  const last = before.at(-1);
  if (last?.bare) return command.args.find((arg) => arg.name.toLowerCase() === last.flag);
  const announced = command.args.find((arg) => arg.after !== undefined && arg.after === last?.text.toLowerCase());
  if (announced) return announced;
  if (typed.startsWith('-')) return undefined;
  const used = before.filter((token) => token.flag === undefined && token.key === undefined).length;
  const positional = command.args.filter((arg) => !arg.named && arg.kind !== 'flag' && arg.kind !== 'vars');
  return positional[used];
}

const unusedFlags = (command: CommandDescription, start: string): readonly ArgDescription[] =>
  command.args.filter((arg) => (arg.named || arg.kind === 'flag') && !start.includes(`--${arg.name}`));
