import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { markAt } from '#playbook/regular-file.ts';
import { isKeeping, linkName, type Places } from './places.ts';

/** More than this no plan holds. */
export const mostFiles = 20_000;

/** Stands in a plan in place of the files that were too many. */
export const tooManyName = '…';

/** How many files are read at a time. */
const atATime = 16;

/** Stands for where a link leads. */
export const markOfLink = (target: string): string =>
  createHash('sha256').update(`link ${target}`).digest('hex').slice(0, 32);

/** Every file, link and empty folder around the playbooks, with what tells it from another one. */
export async function filesAround(places: Places): Promise<Readonly<Record<string, string>>> {
  const marks: Record<string, string> = {};
  const folders = [...places.tops];
  let count = 0;

  const note = async (folder: string, entry: Dirent): Promise<void> => {
    const path = join(folder, entry.name);
    const name = places.name(path);
    if (entry.isSymbolicLink()) {
      const target = places.target(path);
      if (target !== undefined) marks[linkName(name)] = markOfLink(target);
    } else if (entry.isDirectory()) folders.push(path);
    else marks[name] = await markAt(path, await lstat(path)).catch(() => 'unreadable');
  };

  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    const entries = (await readdir(folder, { withFileTypes: true }).catch(() => [])).filter(
      ({ name }) => !isKeeping(name),
    );
    count += entries.length;
    if (count > mostFiles) return { ...marks, [tooManyName]: '' };
    if (entries.length === 0) marks[`${places.name(folder)}/`] = '';
    for (let from = 0; from < entries.length; from += atATime) {
      const here = folder;
      await Promise.all(entries.slice(from, from + atATime).map((entry) => note(here, entry)));
    }
  }
  return marks;
}
