import { type Command, commandsOf, wordsOf } from '#playbook/words/commands.ts';
import { Marked } from '#playbook/words/marked.ts';
import { type Program, programAt, programsOf } from '#playbook/words/programs.ts';
import type { Part } from './typed-parts.ts';
import { shown, upwards } from './typed-paths.ts';
import { isHarmless } from './typed-values.ts';

/** Why a line may not have what was typed where it has it. */
export interface Objection {
  readonly name: string;
  /**
   * `option`: its first letter makes an option of it. `program`: another program reads it again, as its own text.
   * `path`: it is nothing, or leads upwards, in a path of the author's.
   */
  readonly why: 'option' | 'program' | 'path';
  /** The program of the command. */
  readonly program: string;
}

type Typed = Marked<Part>;
type TypedCommand = Command<Part>;

/** The text of parts, with a mark on all that was typed. */
export const marked = (parts: readonly Part[]): Typed =>
  parts.reduce((all, part) => all.with(Marked.all(part.text, part.kind === 'written' ? undefined : part)), none);

const none: Typed = Marked.none();

/** What is wrong in a line that a shell reads, or that is split into words. */
export function objectionIn(
  parts: readonly Part[],
  reader: 'shell' | 'words',
  stdin: readonly Part[] = [],
): Objection | undefined {
  const read = (all: readonly Part[]): readonly TypedCommand[] =>
    reader === 'shell' ? commandsOf(marked(all)) : [wordsOf(marked(all))];
  return inCommands(read(parts), stdin) ?? astray(read(parts.map(shown)));
}

/** The same for words that are a list. */
export const objectionInWords = (
  words: readonly (readonly Part[])[],
  stdin: readonly Part[] = [],
): Objection | undefined => {
  const command = (all: typeof words): TypedCommand => ({ words: all.map(marked), reads: [], files: [] });
  return inCommands([command(words)], stdin) ?? astray([command(words.map((word) => word.map(shown)))]);
};

/** The first path that what was typed leads upwards, or is nothing in. */
function astray(commands: readonly TypedCommand[]): Objection | undefined {
  for (const command of commands) {
    const scripts = programsOf(command).flatMap(({ name, texts }) => (editors.test(name) ? texts : []));
    const paths = [...command.words, ...command.files].filter((word) => !scripts.includes(word));
    const part = paths.map(upwards).find((one) => one !== undefined);
    if (part) return { name: part.name, why: 'path', program: nameOf(command) };
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
  return option(command);
}

/** What was typed and is no plain word, or ends the part of a program that it is in. */
function wildIn(word: Typed, { name }: Program<Part>): Part | undefined {
  const typed = [...new Set(word.marks)].filter((part) => part !== undefined);
  const between = /^g?sed$/.test(name) ? separator(word) : undefined;
  return typed.find((part) => {
    const text = word.text
      .split('')
      .filter((_, at) => word.marks[at] === part)
      .join('');
    return !isHarmless(text) || (between !== undefined && text.includes(between));
  });
}

/** The letter that ends the parts of `s/a/b/`. */
const separator = ({ text }: Typed): string | undefined => /(?:^|[\s;{}\d$/!,])[sy]([^\w\s])/.exec(text)?.[1];

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
    const part = word.text.startsWith('-') ? word.marks[0] : undefined;
    const ends = end(at > first ? first : -1);
    if (!part || (ends >= 0 && ends < at) || isShown(program, word.text, at - first)) continue;
    return { name: part.name, why: 'option', program };
  }
  return undefined;
}

/** What only shows its words has few options, or none behind the first of them. */
const isShown = (program: string, text: string, at: number): boolean =>
  program === 'echo' ? !/^-[neE]+$/.test(text) : program === 'printf' && at > 1;
