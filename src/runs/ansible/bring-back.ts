import { copyFile, lstat, mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

/** The folder beside a playbook in which files of hosts are kept. */
const kept = 'fetched';

/** What files were like before Ansible began, by their names in the copy. */
export type Before = ReadonlyMap<string, string>;

const markOf = async (path: string): Promise<string> => {
  const { size, mtimeMs, ino } = await lstat(path);
  return [size, mtimeMs, ino].join(' ');
};

async function* filesIn(folder: string, below = ''): AsyncGenerator<string> {
  for (const entry of await readdir(join(folder, below), { withFileTypes: true }).catch(() => [])) {
    const name = join(below, entry.name);
    if (entry.isDirectory()) yield* filesIn(folder, name);
    else if (entry.isFile()) yield name;
  }
}

/** Notes what is in the copy. */
export async function look(copy: string): Promise<Before> {
  const found = new Map<string, string>();
  for await (const name of filesIn(copy)) found.set(name, await markOf(join(copy, name)));
  return found;
}

const isFetched = (name: string): boolean => name.split(sep).slice(0, -1).includes(kept);

const isInside = (root: string, path: string): boolean => {
  const way = relative(root, path);
  return way === '' || !(way.startsWith('..') || way.startsWith(sep));
};

/**
 * Puts what Ansible wrote beside its playbook into the playbooks folder itself: what it fetched, and in a terminal all of
 * it. Gives the names of what could not be put there.
 */
export async function bringBack(
  copy: string,
  root: string,
  before: Before,
  { all }: { readonly all: boolean },
): Promise<readonly string[]> {
  const lost: string[] = [];
  for await (const name of filesIn(copy)) {
    if (before.get(name) === (await markOf(join(copy, name))) || !(all || isFetched(name))) continue;
    const put = await putBack(join(copy, name), join(root, name), await realpath(root)).catch(() => false);
    if (!put) lost.push(name);
  }
  return lost;
}

async function putBack(from: string, to: string, root: string): Promise<boolean> {
  await mkdir(dirname(to), { recursive: true });
  if (!isInside(root, await realpath(dirname(to)))) return false;
  const temporary = `${to}.quarterdeck-${process.pid}`;
  try {
    await copyFile(from, temporary);
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
  return true;
}
