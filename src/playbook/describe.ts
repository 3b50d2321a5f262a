import type { Prompt } from '#core/prompt.ts';
import { createFaults } from './faults.ts';
import { hostsMeant } from './meant.ts';
import { promptsOf } from './prompts.ts';
import { openAtOnce } from './regular-file.ts';
import { isVault } from './vault.ts';
import { entryOf, type Node } from './yaml/node.ts';
import { readYaml } from './yaml/read.ts';

/** A larger file is not read for its description: a playbook of a hundred tasks has some ten kilobytes. */
const largest = 128 * 1024;
const beginning = 4096;

const firstPlayName = (node: Node | undefined): string | undefined => {
  const [play] = node?.kind === 'list' ? node.items : [];
  const name = play?.kind === 'map' ? entryOf(play, 'name')?.value : undefined;
  return name?.kind === 'scalar' && name.value !== null ? name.text : undefined;
};

/** What makes an item of a list a play, or stands for the plays of another playbook. */
const playKeys = ['hosts', 'import_playbook', 'ansible.builtin.import_playbook'] as const;

const isPlayList = (node: Node | undefined): boolean =>
  node?.kind === 'list' &&
  node.items.some((item) => item.kind === 'map' && playKeys.some((key) => entryOf(item, key) !== undefined));

const firstComment = (source: string): string | undefined =>
  /^(?:---[ \t]*\n|\s)*#+[ \t]*(\S.*)$/m.exec(source.slice(0, beginning))?.[1];

const leadingComment = (source: string): string | undefined => {
  const first = /^(?!---[ \t\r]*$)[^\S\n]*\S.*$/m.exec(source)?.[0];
  return first?.trimStart().startsWith('#') ? firstComment(first)?.trim() : undefined;
};

/** Tables and other mappings need not be read any further. What is sealed may be anything. */
const mayBeList = (source: string): boolean => {
  const first = /^(?![ \t]*#|---[ \t\r]*$|%|[^\S\n]*$).*$/m.exec(source.replace(/^\ufeff/, ''))?.[0] ?? '';
  return isVault(source) || /^\s*(?:--- +)?[-[&!]/.test(first);
};

/** Of a file too large to be read: the beginning of a list of plays. */
const looksLikePlays = (source: string): boolean =>
  mayBeList(source) && /^[- ] +(?:hosts|(?:ansible\.builtin\.)?import_playbook)[ \t]*:/m.test(source);

const readBeginning = async (
  path: string,
): Promise<{ readonly source: string; readonly whole: boolean } | undefined> => {
  const file = await openAtOnce(path);
  try {
    const found = await file.stat();
    if (!found.isFile()) return undefined;
    const whole = found.size <= largest;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(whole ? found.size : beginning), 0);
    return { source: buffer.toString('utf8', 0, bytesRead), whole };
  } finally {
    await file.close();
  }
};

/** One line about a playbook, what it asks for, and the groups and hosts it is for where its text tells them. */
export interface PlaybookDescription {
  readonly about: string;
  readonly prompts: readonly Prompt[];
  readonly hosts?: readonly string[];
}

/** Describes a playbook; undefined for a file that is none. One with a fault in it is a playbook without a word. */
export const describePlaybook = async (path: string): Promise<PlaybookDescription | undefined> => {
  const read = await readBeginning(path);
  if (read === undefined || !mayBeList(read.source)) return undefined;
  const { source, whole } = read;
  if (!whole) return looksLikePlays(source) ? { about: '', prompts: [] } : undefined;
  const faults = createFaults();
  const node = readYaml(source, path, faults);
  if (faults.found.length === 0 && !isPlayList(node)) return undefined;
  const hosts = faults.found.length === 0 ? hostsMeant(node) : undefined;
  const about = leadingComment(source) ?? firstPlayName(node) ?? '';
  return { about, prompts: promptsOf(node), ...(hosts && { hosts }) };
};
