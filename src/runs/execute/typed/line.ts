import { type Command, commandsOf, wordsOf } from '#playbook/words/commands.ts';
import { Marked } from '#playbook/words/marked.ts';
import { type Program, programAt, programsOf } from '#playbook/words/programs.ts';
import { reckonsWith } from '#playbook/words/reckoned.ts';
import { Values } from '#playbook/words/values.ts';
import { beyondValue as beyondSetting } from './assigned.ts';
import { beyondText, beyondValue } from './editing.ts';
import type { Part } from './parts.ts';
import { runs, shown, upwards } from './paths.ts';
import { special } from './special.ts';
import { isHarmless } from './values.ts';
import { vanishedIn } from './vanished.ts';

/** Why a line may not have what was typed where it has it. */
export interface Objection {
  readonly name: string;
  /**
   * `option`: its first letter makes an option of it. `program`: another program reads it again, as its own text.
   * `path`: it is nothing, or leads upwards, in a path of the author's. `pattern`: it is for more than one name.
   * `file`: it names a file to be read. `environment`: a variable there is read as more than a value.
   * `address`: it leads elsewhere. `nothing`: it would leave no word. `more`: it means more to that program.
   */
  readonly why: 'option' | 'program' | 'path' | 'pattern' | 'file' | 'environment' | 'address' | 'nothing' | 'more';
  /** The program of the command. */
  readonly program: string;
}

type Typed = Marked<Part>;
type TypedCommand = Command<Part>;

/** The text of parts, with a mark on all that was typed. */
export const marked = (parts: readonly Part[]): Typed =>
  parts.reduce((all, part) => all.with(Marked.all(part.text, part.kind === 'written' ? undefined : part)), none);

const none: Typed = Marked.none();

/** Variables that a shell has, with what was typed in them. */
export type Given = ReadonlyMap<string, Typed>;

/** What is wrong in a line that a shell reads, or that is split into words. */
export function objectionIn(
  parts: readonly Part[],
  reader: 'shell' | 'words',
  stdin: readonly Part[] = [],
  given: Given = new Map(),
): Objection | undefined {
  const values = new Values(given);
  const read = (all: readonly Part[], known: Values<Part>): readonly TypedCommand[] =>
    reader === 'shell' ? commandsOf(marked(all), known) : [expanded(wordsOf(marked(all)), known)];
  return (
    inCommands(read(parts, values), stdin) ??
    (reader === 'shell' ? (reckoned(parts, values) ?? set(values)) : undefined) ??
    astray(read(parts.map(shown), new Values(given)), stdin)
  );
}

/** A command with the values of variables in its words. */
const expanded = (command: TypedCommand, values: Values<Part>): TypedCommand => ({
  ...command,
  words: command.words.map((word) => values.within(word)),
});

/** A variable that a shell reckons with: a subscript in it is run as a program is. */
function reckoned(parts: readonly Part[], { known }: Values<Part>): Objection | undefined {
  const line = parts.map(({ kind, text }) => (kind === 'written' ? text : ' ')).join('');
  for (const [name, value] of known) {
    const part = runs(value).find(({ from, to }) => !isHarmless(value.text.slice(from, to)))?.part;
    if (part && reckonsWith(line, name)) return { name: part.name, why: 'program', program: 'sh' };
  }
  return undefined;
}

/** A variable that a shell sets to what was typed, and that is for more than a value. */
function set({ known }: Values<Part>): Objection | undefined {
  for (const [name, value] of known) {
    const part = beyondSetting(name, value);
    if (part) return { name: part.name, why: 'environment', program: name };
  }
  return undefined;
}

/** The same for words that are a list. */
export const objectionInWords = (
  words: readonly (readonly Part[])[],
  stdin: readonly Part[] = [],
  given: Given = new Map(),
): Objection | undefined => {
  const values = new Values(given);
  const command = (all: typeof words): TypedCommand =>
    expanded({ words: all.map(marked), reads: [], files: [] }, values);
  return inCommands([command(words)], stdin) ?? astray([command(words.map((word) => word.map(shown)))], stdin);
};

/** The first path that what was typed leads upwards, or is nothing in; or the first word that it is nothing in. */
function astray(commands: readonly TypedCommand[], stdin: readonly Part[]): Objection | undefined {
  const input = stdin.length > 0 ? [marked(stdin.map(shown))] : [];
  for (const command of commands) {
    const scripts = programsOf(command).flatMap(({ name, texts }) => (editors.test(name) ? texts : []));
    const paths = [...command.words, ...command.files].filter((word) => !scripts.includes(word));
    const part = paths.map(upwards).find((one) => one !== undefined);
    if (part) return { name: part.name, why: 'path', program: nameOf(command) };
    const lost = vanishedIn({ ...command, reads: [...command.reads, ...input] });
    if (lost) return { name: lost.name, why: 'nothing', program: nameOf(command) };
  }
  return undefined;
}

/** In the programs of these a slash is no part of a path. */
const editors = /^(?:g?sed|[gmn]?awk|perl[\d.]*|ruby[\d.]*)$/;

const nameOf = (command: TypedCommand): string => command.words[programAt(command)]?.text.replace(/^.*\//, '') ?? '';

function inCommands(commands: readonly TypedCommand[], stdin: readonly Part[]): Objection | undefined {
  const input = stdin.length > 0 ? [marked(stdin)] : [];
  for (const command of commands) {
    const found = inCommand({ ...command, reads: [...command.reads, ...input] });
    if (found) return found;
  }
  return undefined;
}

function inCommand(command: TypedCommand): Objection | undefined {
  for (const program of programsOf(command)) {
    const read = program.listens ? [...program.texts, ...command.reads] : program.texts;
    const part = read.map((word) => wildIn(word, program)).find((one) => one !== undefined);
    if (part) return { name: part.name, why: 'program', program: program.name };
  }
  return option(command) ?? special(command, (at) => isTaken(command.words, at));
}

/** What was typed and is no plain word, or is more there than a part of a text. */
function wildIn(word: Typed, { name }: Program<Part>): Part | undefined {
  const part = runs(word).find(({ from, to }) => !isHarmless(word.text.slice(from, to)))?.part;
  if (part) return part;
  if (/^g?sed$|^perl[\d.]*$|^ruby[\d.]*$/.test(name)) return beyondText(word, name);
  return databases.test(name) ? beyondValue(word) : undefined;
}

const databases = /^(?:psql|mysql|mariadb|sqlite3|clickhouse(?:-client|-local)?)$/;

/** Commands of a shell that take no options there. */
const free = /^(?:case|for|select|in|\[|\[\[|test|export|local|declare|readonly|return)$/;

function option(command: TypedCommand): Objection | undefined {
  const { words } = command;
  const first = programAt(command);
  const program = nameOf(command);
  if (free.test(program)) return undefined;
  const end = (from: number): number =>
    words.findIndex(({ text, marks }, at) => at > from && text === '--' && !marks[0]);
  for (const [at, word] of words.entries()) {
    const part = optionIn(word, at - first === 1 && program === 'kill');
    if (!part) continue;
    const ends = end(at > first ? first : -1);
    if ((ends >= 0 && ends < at) || isShown(program, word.text, at - first) || isTaken(words, at)) continue;
    return { name: part.name, why: 'option', program };
  }
  return undefined;
}

/** What was typed and makes an option of a word: with its first letter, or behind that of the author's; a signal is none. */
function optionIn({ text, marks }: Typed, signals: boolean): Part | undefined {
  if (!text.startsWith('-')) return undefined;
  const at = text.startsWith('--') && !marks[1] ? 2 : 1;
  return marks[0] ?? (signals || /^\d+$/.test(text.slice(at)) ? undefined : marks[at]);
}

/** What only shows its words has few options, or none behind the first of them. */
const isShown = (program: string, text: string, at: number): boolean =>
  program === 'echo' ? !/^-[neE]+$/.test(text) : program === 'printf' && at > 1;

/** Options that take the next word, whatever its first letter is. */
const taking: readonly (readonly [program: RegExp, option: RegExp])[] = [
  [/^(?:commit|tag|merge|notes|stash)$/, /^(?:-[a-z]*m|--message)$/],
  [/^commit$/, /^--(?:author|date)$/],
  [/^date$/, /^(?:-d|--date)$/],
  [/^nice$/, /^(?:-n|--adjustment)$/],
  [/^(?:head|tail)$/, /^(?:-[nc]|--lines|--bytes)$/],
  [/^[ef]?grep$/, /^(?:-e|--regexp)$/],
  [/^user(?:add|mod)$/, /^(?:-c|--comment)$/],
  [/^curl$/, /^(?:-[dHu]|--(?:data(?:-[a-z]+)?|header|user))$/],
];

/** True for what stands where an option of the author's takes a word. */
function isTaken(words: readonly Typed[], at: number): boolean {
  const option = words[at - 1];
  if (!option || option.marks.some((mark) => mark)) return false;
  const before = words.slice(0, at - 1).map(({ text }) => text.replace(/^.*\//, ''));
  return taking.some(([program, kind]) => kind.test(option.text) && before.some((word) => program.test(word)));
}
