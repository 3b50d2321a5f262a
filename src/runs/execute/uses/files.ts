import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { markAt } from '#playbook/regular-file.ts';
import type { FileWatch } from '#playbook/watch.ts';
import { linkName, type Places } from './places.ts';

/** More than this no plan holds. */
export const mostFiles = 20_000;

/** Stands in a plan in place of the files that were too many, and says in which folder most are. */
export const tooManyName = '…';

/** How a plan names a folder of which it holds nothing but what it was made from; says `tooManyName` where that is why. */
export const leftOutName = (folder: string): string => `${folder}/…`;

/** How a plan names a folder that was gone through when it was made, where it does not hold all there is. */
export const seenName = (folder: string): string => `${folder}/./`;

/** How a plan names what was looked for and not there, where it does not hold all there is. */
export const missingName = (name: string): string => `${name}//`;

/** How many files are read at a time. */
const atATime = 16;

/** Holds copies of everything. That of the playbooks themselves is left out; another comes after all other folders. */
const keepsVersions = (name: string): boolean => /^\.(?:git|hg|svn)$/.test(name);

/** What others install or make: much, and no file that a playbook reads. */
const isInstalled = (name: string): boolean => name === 'node_modules' || name === '__pycache__';

/** Is in each virtual environment of Python, whatever that is called. */
const inEnvironment = 'pyvenv.cfg';

/** Stands for where a link leads. */
export const markOfLink = (target: string): string =>
  createHash('sha256').update(`link ${target}`).digest('hex').slice(0, 32);

/** Every file, link and empty folder around the playbooks, with what tells it from another one. */
export async function filesAround(places: Places): Promise<Readonly<Record<string, string>>> {
  const marks: Record<string, string> = {};
  const folders = [...places.tops];
  const versions: string[] = [];
  const counts = new Map<string, number>();
  let count = 0;

  const noteFolder = (path: string, { name }: Dirent): void => {
    const named = places.name(path);
    if (isInstalled(name) || (keepsVersions(name) && named === name)) marks[leftOutName(named)] = '';
    else (keepsVersions(name) ? versions : folders).push(path);
  };
  const note = async (folder: string, entry: Dirent): Promise<void> => {
    const path = join(folder, entry.name);
    const name = places.name(path);
    if (entry.isSymbolicLink()) {
      const target = places.target(path);
      if (target !== undefined) marks[linkName(name)] = markOfLink(target);
    } else if (entry.isDirectory()) noteFolder(path, entry);
    else {
      // What goes while it is looked at is as if it was never there.
      const there = await lstat(path).catch(() => undefined);
      if (there) marks[name] = await markAt(path, there).catch(() => 'unreadable');
    }
  };
  const next = (): string | undefined => folders.shift() ?? versions.shift();
  const noteRest = (rest: readonly string[]): void => {
    for (const path of rest) marks[leftOutName(places.name(path))] = tooManyName;
  };

  for (let folder = next(); folder !== undefined; folder = next()) {
    const here = folder;
    const name = places.name(here);
    const entries = await readdir(here, { withFileTypes: true }).catch(() => []);
    if (!places.tops.includes(here) && entries.some((entry) => entry.name === inEnvironment)) {
      marks[leftOutName(name)] = '';
      continue;
    }
    count += entries.length;
    const part = places.part(here);
    counts.set(part, (counts.get(part) ?? 0) + entries.length);
    if (count > mostFiles) {
      noteRest([here, ...folders, ...versions]);
      return { ...marks, [tooManyName]: mostOf(counts) };
    }
    if (entries.length === 0) marks[`${name}/`] = '';
    for (let from = 0; from < entries.length; from += atATime)
      await Promise.all(entries.slice(from, from + atATime).map((entry) => note(here, entry)));
  }
  return marks;
}

const mostOf = (counts: ReadonlyMap<string, number>): string =>
  [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0])[0];

/** A path and the folders it is in. */
export const withFolders = (name: string): readonly string[] => {
  const above = dirname(name);
  return above === '.' || above === '/' ? [name] : [...withFolders(above), name];
};

/** What a plan was made from: it holds that, wherever it lies. */
export interface MadeFrom {
  readonly watch: FileWatch;
  /** The same as marks, to be laid over those that are held already. */
  marks(held: Readonly<Record<string, string>>, places: Places): Readonly<Record<string, string>>;
}

/** Notes what is read and found while a plan is made. */
export function madeFrom(): MadeFrom {
  const read = new Map<string, string>();
  const found = new Set<string>();
  const missing = new Set<string>();
  /** By folder, its own name among the others; true for what was looked into. */
  const listed = new Map<string, Map<string, boolean>>();
  return {
    watch: {
      read: (path, mark) => void (read.has(path) || read.set(path, mark)),
      found: (path) => void found.add(path),
      missing: (path) => void missing.add(path),
      listed(folder, names, { isFlat = false } = {}) {
        const all = listed.get(folder) ?? new Map<string, boolean>();
        for (const name of names) all.set(name, !isFlat || all.get(name) === true);
        listed.set(folder, all.set('', true));
      },
    },
    marks(held, places) {
      const marks: Record<string, string> = {};
      const way = (path: string): string => {
        for (const [name, target] of places.way(path))
          if (target !== undefined) marks[linkName(name)] = markOfLink(target);
        return places.meant(path);
      };
      const isHeld = (name: string): boolean => name in held || name in marks || linkName(name) in held;
      for (const [path, mark] of read) marks[way(path)] = mark;
      const note = (name: string, isSeen: boolean): void => {
        if (!isHeld(name)) marks[isSeen ? seenName(name) : `${name}/`] = '';
      };
      for (const path of found) note(way(path), false);
      for (const [path, all] of listed) {
        const folder = way(path);
        for (const [name, isSeen] of all) note(join(folder, name), isSeen);
      }
      // Of what was looked for a name may be hidden: it is kept only where it says more than that nothing is there.
      const isAllHeld = (name: string): boolean =>
        !(tooManyName in held) && !withFolders(name).some((folder) => leftOutName(folder) in held);
      for (const name of [...missing].map(way)) if (!isAllHeld(name)) marks[missingName(name)] = '';
      return marks;
    },
  };
}
