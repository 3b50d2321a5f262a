import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Log, silentLog } from '#core/log.ts';
import type { Prompt } from '#core/prompt.ts';
import { visible } from '#core/visible.ts';
import { describePlaybook, type PlaybookDescription } from './describe.ts';

/**
 * A playbook that can be named: its path in the folder, and one line about it. The extension is left out unless another
 * file has the same path without it.
 */
export interface ListedPlaybook {
  readonly name: string;
  readonly about: string;
  /** What it asks for, where it asks for anything. */
  readonly prompts?: readonly Prompt[];
  /** The groups and hosts it is for, where its text tells them. */
  readonly hosts?: readonly string[];
}

/** Lists the playbooks of a folder, by name. */
export type PlaybookList = (root: string) => Promise<readonly ListedPlaybook[]>;

/** What a playbook's file is called at its end. */
export const extension = /\.ya?ml$/;
/** Folders that hold parts of playbooks, and files that hold their tests. */
const partFolders = new Set([
  'roles',
  'tasks',
  'handlers',
  'vars',
  'group_vars',
  'host_vars',
  'files',
  'templates',
  'inventory',
  'library',
  'node_modules',
]);
const isPlaybook = (name: string): boolean =>
  extension.test(name) && !/\.cases\.ya?ml$/.test(name) && !name.startsWith('.');

const deepest = 4;

const listFiles = async (folder: string, depth = 0): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isFile() && isPlaybook(entry.name)) found.push(path);
    if (entry.isDirectory() && depth < deepest && !partFolders.has(entry.name) && !entry.name.startsWith('.')) {
      found.push(...(await listFiles(path, depth + 1)));
    }
  }
  return found;
};

/** A name with a line break, a control character or what is no text stands for nothing a person can type or see. */
const canBeSaid = (name: string): boolean => visible(name) === name && !/[\n\ufffd]/.test(name);

const fileNameOf = (root: string, path: string): string => relative(root, path).split(sep).join('/');

/** The same path with the other extension. */
const twinOf = (path: string): string => path.replace(extension, (end) => (end === '.yml' ? '.yaml' : '.yml'));

/** What a file was like when it was described; `what` is undefined for one that is no playbook. */
interface Described {
  readonly stamp: string;
  readonly what: PlaybookDescription | undefined;
  /** It could not be read. */
  readonly failed?: true;
}

/** Changes with the content, the place and the rights of a file. */
const stampOf = async (path: string): Promise<string> => {
  const { ino, size, mtimeMs, ctimeMs } = await stat(path);
  return [ino, size, mtimeMs, ctimeMs].join();
};

/** The same work, never twice at a time: who asks meanwhile gets what comes of a beginning after the question. */
const oneAtATime = <T>(work: (of: string) => Promise<T>): ((of: string) => Promise<T>) => {
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Map<string, Promise<T>>();
  return (of) => {
    const known = waiting.get(of);
    if (known) return known;
    const mine = last.then(() => {
      waiting.delete(of);
      return work(of);
    });
    waiting.set(of, mine);
    last = mine.catch(() => undefined);
    return mine;
  };
};

/**
 * A list that reads a file again only when it changed. A file that cannot be read is left out, with a line in the log,
 * and holds up no other; one with a fault in it is listed: running it says what is wrong with it.
 */
export const createPlaybookList = (log: Log): PlaybookList => {
  let known = new Map<string, Described>();

  const describe = async (path: string, stamp: string): Promise<Described> => {
    const before = known.get(path);
    if (before?.stamp === stamp) return before;
    try {
      return { stamp, what: await describePlaybook(path) };
    } catch (cause) {
      if (before?.failed !== true)
        log.warn({ err: cause, file: path }, 'a file of the playbooks folder cannot be read; it is not listed');
      return { stamp: '', what: undefined, failed: true }; // what kept it from being read may have nothing to do with it
    }
  };

  return oneAtATime(async (root) => {
    const next = new Map<string, Described>();
    for (const path of await listFiles(root)) {
      const stamp = canBeSaid(fileNameOf(root, path)) ? await stampOf(path).catch(() => undefined) : undefined;
      if (stamp !== undefined) next.set(path, await describe(path, stamp)); // else it went a moment ago
    }
    known = next;
    const nameOf = (path: string): string =>
      fileNameOf(root, next.has(twinOf(path)) ? path : path.replace(extension, ''));
    return [...next].flatMap(([path, { what }]) => {
      if (what === undefined) return [];
      const { about, prompts, hosts } = what;
      return [{ name: nameOf(path), about, ...(prompts.length > 0 && { prompts }), ...(hosts && { hosts }) }];
    });
  });
};

/** The playbooks of a folder, by name, for who has no log. */
export const listPlaybooks: PlaybookList = createPlaybookList(silentLog);

/** Of so many files of a folder the beginning is looked at, to name the playbooks in it. */
const lookedAt = 50;

/** The first playbooks of a folder, which may be anybody's, by their files' names; and whether there may be more of them. */
export async function firstPlaybooks(
  folder: string,
  most: number,
): Promise<{ readonly names: readonly string[]; readonly more: boolean }> {
  const files = (await listFiles(folder, deepest)).filter((path) => canBeSaid(fileNameOf(folder, path)));
  const names: string[] = [];
  for (const path of files.slice(0, lookedAt)) {
    if ((await describePlaybook(path).catch(() => undefined)) !== undefined) names.push(fileNameOf(folder, path));
    if (names.length > most) break;
  }
  return { names: names.slice(0, most), more: names.length > most || files.length > lookedAt };
}
