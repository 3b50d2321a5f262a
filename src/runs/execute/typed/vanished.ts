import type { Command } from '#playbook/words/commands.ts';
import type { Marked } from '#playbook/words/marked.ts';
import { programsOf, startsOf } from '#playbook/words/programs.ts';
import type { Part } from './parts.ts';
import { alone, nothing } from './paths.ts';

type Word = Marked<Part>;

/** To these nothing at all is a pattern that fits everything. */
const finding = /^(?:[efz]?grep|zegrep|zfgrep|rg|ag|ack|p(?:kill|grep)|killall)$/;
/** These put their words into one line, where an empty one is lost. */
const joining = /^(?:eval|ssh|pssh|mosh|watch|parallel|tmux)$/;
/** Before what is nothing: a variable or an option that is set to it. */
const setting = /^-{0,2}[A-Za-z_][\w.-]*\+?=$/;
/** A filter of these lists everything where nothing is asked for. */
const listing = /^(?:docker|podman|nerdctl)$/;

/** What was typed, is nothing, and is no empty word of its own: the rest of the word would stand alone, or another one move up. */
export function vanishedIn(command: Command<Part>): Part | undefined {
  const { words, files } = command;
  const starts = startsOf(command).map((at) => nameOf(words[at]));
  const all = starts.some((name) => finding.test(name));
  const lists = starts.some((name) => listing.test(name));
  const lost = [...words.entries()].find(
    ([at, word]) => isLost(word, all) || (lists && isFilter(words[at - 1], word) && word.text.includes(alone)),
  )?.[1];
  const found =
    lost ?? files.find((file) => isLost(file, false)) ?? programsOf(command).flatMap(read(command)).find(has);
  return found && partOf(found);
}

/** What a program reads in which nothing has no quotes of its own: its input, and words that become one line. */
const read =
  ({ reads }: Command<Part>) =>
  ({ name, texts, listens }: { readonly name: string; readonly texts: readonly Word[]; readonly listens: boolean }) => [
    ...(listens ? reads : []),
    ...(joining.test(name) ? texts : []),
  ];

function isLost({ text }: Word, all: boolean): boolean {
  if (text.includes(nothing)) return true;
  if (!text.includes(alone)) return false;
  const rest = text.replaceAll(alone, '');
  return all || !(rest === '' || setting.test(rest));
}

const isFilter = (before: Word | undefined, { text }: Word): boolean =>
  /^(?:-f|--filter)$/.test(before?.text ?? '') || text.startsWith('--filter=');

const has = ({ text }: Word): boolean => text.includes(nothing) || text.includes(alone);

const partOf = ({ text, marks }: Word): Part | undefined =>
  marks.find((mark, at) => mark !== undefined && (text[at] === nothing || text[at] === alone));

const nameOf = (word: Word | undefined): string => word?.text.replace(/^.*\//, '') ?? '';
