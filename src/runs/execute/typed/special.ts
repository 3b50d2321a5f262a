import { type Command, commandsOf } from '#playbook/words/commands.ts';
import { Marked } from '#playbook/words/marked.ts';
import { programAt, programsOf, startsOf } from '#playbook/words/programs.ts';
import { connects, isLocal, leadsElsewhere } from './addresses.ts';
import { assignedIn } from './assigned.ts';
import { namesFile } from './editing.ts';
import { namedIn } from './interpreted.ts';
import type { Objection } from './line.ts';
import { meansMore, variableIn } from './meanings.ts';
import type { Part } from './parts.ts';
import { runs } from './paths.ts';

type Word = Marked<Part>;

const wild = /[*?[\]]/;
/** In the programs of these an address is a text. */
const editors = /^(?:g?sed|[gmn]?awk|perl[\d.]*|ruby[\d.]*)$/;
/** What these read is a line of a shell. */
const shells = /^(?:(?:b|d|k|z|mk)?a?sh|fish|su|runuser|script|flock|eval|trap|watch|ssh)$/;

const nameOf = (word: Word | undefined): string => word?.text.replace(/^.*\//, '') ?? '';

/** What only some programs find in what was typed, in lines within others, too; `taken`: what an option takes. */
export function special(command: Command<Part>, taken: (at: number) => boolean): Objection | undefined {
  for (const at of startsOf(command)) {
    const found = inProgram(command, at, taken);
    if (found) return found;
  }
  return elsewhere(command) ?? within(command);
}

function inProgram({ words, reads }: Command<Part>, at: number, taken: (at: number) => boolean): Objection | undefined {
  const program = nameOf(words[at]);
  const rest = words.slice(at + 1);
  const set = assignedIn(program, words.slice(0, at), rest);
  if (set) return { name: set.part.name, why: 'environment', program: set.variable };
  const programs = programsOf({ words: words.slice(at), reads: [], files: [] });
  const scripts = programs.flatMap(({ texts }) => texts);
  const input = programs.some(({ listens }) => listens) ? reads : [];
  const connected = connects(
    program,
    rest.filter((word) => !scripts.includes(word)),
  );
  if (connected) return { name: connected.name, why: 'address', program };
  const script = /^[gmn]?awk$/.test(program) ? variableIn(scripts) : namedIn(program, [...scripts, ...input]);
  const more = meansMore(program, rest) ?? script;
  if (more) return { name: more.name, why: 'more', program };
  if (program === 'find') return inFind(rest);
  if (program !== 'curl') return undefined;
  const file = rest.map((word, index) => namesFile(word, rest[index - 1]?.text)).find((one) => one !== undefined)?.part;
  const local = rest.map((word, index) => (taken(at + 1 + index) ? undefined : isLocal(word))).find((one) => one);
  const part = file ?? local;
  return part && { name: part.name, why: 'file', program };
}

function inFind(words: readonly Word[]): Objection | undefined {
  if (!words.some(({ text }) => /^-(?:delete|exec|execdir|ok|okdir|fprint.*)$/.test(text))) return undefined;
  const named = words.filter((_, at) => /^-i?(?:name|path|wholename|lname|regex)$/.test(words[at - 1]?.text ?? ''));
  const found = named
    .flatMap((word) => runs(word).map(({ part, from, to }) => ({ part, text: word.text.slice(from, to) })))
    .find(({ text }) => wild.test(text));
  return found && { name: found.part.name, why: 'pattern', program: 'find' };
}

/** An address that leads elsewhere. */
function elsewhere(command: Command<Part>): Objection | undefined {
  const scripts = programsOf(command).flatMap(({ name, texts }) => (editors.test(name) ? texts : []));
  const words = command.words.filter((word) => !scripts.includes(word));
  const part = words.map(leadsElsewhere).find((one) => one !== undefined);
  return part && { name: part.name, why: 'address', program: nameOf(command.words[programAt(command)]) };
}

const blank = Marked.all<Part>(' ');

/** The same in what another shell reads as its line. */
function within(command: Command<Part>): Objection | undefined {
  for (const { name, texts } of programsOf(command)) {
    if (!shells.test(name)) continue;
    const lines = /^(?:eval|watch)$/.test(name) ? [texts.reduce((all, text) => all.with(blank).with(text))] : texts;
    for (const inner of lines.filter(({ marks }) => marks.some((mark) => mark)).flatMap((line) => commandsOf(line))) {
      const found = inner.words.length > 1 ? special(inner, () => false) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}
