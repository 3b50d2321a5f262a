import type { Prompt } from '#core/prompt.ts';
import type { Text } from '#core/text.ts';
import type { ArgDescription, CommandDescription } from './catalogue.ts';
import { type Line, readLine, writeWord } from './grammar.ts';
import type { Typing } from './offered.ts';
import { promptsFor } from './prompts.ts';
import { type Known, offers } from './values.ts';

/** One thing the composer can offer: the whole line it would make, and what it means. */
export interface Completion {
  readonly line: string;
  readonly label: string;
  readonly about: Text;
}

const most = 8;

/**
 * What could come next in a line that is being typed. Pure. `values` are for the argument that comes next; what everybody
 * is offered where they are left out.
 */
export function complete(
  raw: string,
  commands: readonly CommandDescription[],
  known: Known,
  values?: readonly string[],
): readonly Completion[] {
  const start = raw.trimStart();
  const names = completeNames(start, commands);
  const command = commandOf(start, commands);
  if (!command) return names;
  const offered = completeArguments(start, command, known, values);
  return [...names, ...offered].slice(0, most);
}

/** The argument that comes next in a line, where there is one. */
export function typingOf(raw: string, commands: readonly CommandDescription[]): Typing | undefined {
  const start = raw.trimStart();
  const command = commandOf(start, commands);
  const part = command && partOf(start, command);
  const arg = part && nextArgument(command, part.before, part.typed);
  return arg && { command, arg, before: part.before.map(({ text }) => text) };
}

const commandOf = (start: string, commands: readonly CommandDescription[]): CommandDescription | undefined =>
  commands
    .filter((one) => start.toLowerCase().startsWith(`${one.name} `))
    .sort((a, b) => b.name.length - a.name.length)[0];

function completeNames(start: string, commands: readonly CommandDescription[]): readonly Completion[] {
  const wanted = start.toLowerCase();
  return commands
    .filter((one) => one.name.startsWith(wanted))
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(0, most)
    .map((one) => ({ line: `${one.name} `, label: one.name, about: one.about }));
}

/** The word that is being typed, those before it, and the line up to it. */
interface Part {
  readonly head: string;
  readonly typed: string;
  readonly before: Line['tokens'];
  /** Where a flag may be written. */
  readonly mayBeFlag: boolean;
}

function partOf(start: string, command: CommandDescription): Part | undefined {
  const read = readLine(start.slice(command.name.length));
  if (!read.ok) return undefined;
  const { tokens } = read.value;
  // A text goes to the end of the line.
  if (command.args[0]?.kind === 'text') {
    const head = `${start.slice(0, command.name.length)} `;
    return { head, typed: start.slice(head.length).trimStart(), before: [], mayBeFlag: false };
  }
  const fresh = /\s$/.test(start);
  const last = fresh ? undefined : tokens.at(-1);
  return {
    head: fresh ? start : start.slice(0, start.length - lastWordLength(read.value)),
    typed: last?.text ?? '',
    before: fresh ? tokens : tokens.slice(0, -1),
    mayBeFlag: fresh || last?.text.startsWith('-') === true || last?.flag !== undefined,
  };
}

function completeArguments(
  start: string,
  command: CommandDescription,
  known: Known,
  values: readonly string[] | undefined,
): readonly Completion[] {
  const part = partOf(start, command);
  if (!part) return [];
  const { head, typed, before, mayBeFlag } = part;
  const arg = nextArgument(command, before, typed);
  const offered = values ?? (arg ? offers(arg, known) : []);
  const written = arg?.kind === 'text' ? (value: string) => value : writeWord;
  const isAnnounced = before.some(({ bare }) => bare) || before.at(-1)?.text.toLowerCase() === arg?.after;
  const asked = isAnnounced ? [] : promptsAfter(command, before, known);
  return [
    ...asked
      .filter(({ name }) => name.startsWith(typed))
      .map(({ name, about }) => ({ line: `${head}${name}=`, label: `${name}=`, about: about ?? '' })),
    ...offered
      .filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()))
      .map((value) => ({ line: `${head}${written(value)} `, label: value, about: arg?.about ?? '' })),
    ...(mayBeFlag ? unusedFlags(command, start) : []).map((flag) => ({
      line: `${head}--${flag.name} `,
      label: `--${flag.name}`,
      about: flag.about,
    })),
  ].slice(0, most);
}

/** What the playbook of the line asks for and was not given yet. */
function promptsAfter(command: CommandDescription, before: Line['tokens'], known: Known): readonly Prompt[] {
  const at = command.args.find(({ kind }) => kind === 'playbook')?.name;
  const playbook = before.find(({ flag, key }) => flag === undefined && key === undefined)?.text;
  if (at === undefined || playbook === undefined) return [];
  const prompts = promptsFor(command, { [at]: playbook }, known.prompts);
  return prompts.filter(({ name }) => !before.some(({ key }) => key === name));
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
