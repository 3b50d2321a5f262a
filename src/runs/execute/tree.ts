import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Named, TreeEntry, TreeSums, TreeWish } from '#playbook/modules/module.ts';
import { markOf, smallBytes } from '#playbook/regular-file.ts';

interface Reading {
  /** Where a link leads. Throws a Fault for what may not be read. */
  real(path: string): Promise<string>;
  /** Notes the SHA-256 of a file that was read, and what tells it from another one. */
  note(path: string, sum: string, mark: string): Promise<void>;
  /** Notes a link. */
  link(path: string): void;
  readonly most: number;
}

interface Names {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

/** Names by number in `/etc/passwd` or `/etc/group`. */
const namesIn = async (file: string): Promise<ReadonlyMap<number, string>> => {
  const text = await readFile(file, 'utf8').catch(() => '');
  const rows = text.split('\n').map((line) => line.split(':'));
  return new Map(rows.filter(({ length }) => length > 2).map(([name = '', , id]) => [Number(id), name]));
};

const named = (id: number, names: ReadonlyMap<number, string>): Named => ({ id, name: names.get(id) ?? '' });

const kindOf = (found: Stats): TreeEntry['kind'] => {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'directory';
  return found.isSymbolicLink() ? 'link' : 'other';
};

async function sumsOf(content: Buffer | { readonly path: string }): Promise<TreeSums> {
  const hashes = { sha1: createHash('sha1'), sha256: createHash('sha256') };
  const chunks = Buffer.isBuffer(content) ? [content] : createReadStream(content.path);
  for await (const chunk of chunks) for (const hash of Object.values(hashes)) hash.update(chunk as Buffer);
  return { sha1: hashes.sha1.digest('hex'), sha256: hashes.sha256.digest('hex') };
}

/** What is at a path and below it, as it is; `too many` when there is more than anybody would send. */
export async function readTree(
  top: string,
  wish: TreeWish,
  { real, note, link, most }: Reading,
): Promise<readonly TreeEntry[] | 'too many'> {
  const names: Names = { users: await namesIn('/etc/passwd'), groups: await namesIn('/etc/group') };
  const entries: TreeEntry[] = [];

  const ofFile = async (path: string, found: Stats): Promise<Pick<TreeEntry, 'sums' | 'content'>> => {
    const content = found.size <= smallBytes ? await readFile(path) : { path };
    const sums = await sumsOf(content);
    await note(path, sums.sha256, markOf(found, Buffer.isBuffer(content) ? content : undefined));
    return { sums, content };
  };

  const entryOf = async (path: string, whole: string, found: Stats): Promise<TreeEntry> => {
    const kind = kindOf(found);
    return {
      path,
      kind,
      mode: found.mode & 0o7777,
      modified: Math.floor(found.mtimeMs / 1000),
      size: found.size,
      owner: named(found.uid, names.users),
      group: named(found.gid, names.groups),
      ...(kind === 'link' && { target: await readlink(whole) }),
      ...(kind === 'file' && (await ofFile(whole, found))),
    };
  };

  const visit = async (path: string, written: string): Promise<void> => {
    if (entries.length > most) return;
    const seen = await lstat(written);
    // What a link that is left out leads to is nobody's business.
    if (path !== '' && seen.isSymbolicLink() && !wish.wants(path, 'link')) return;
    if (seen.isSymbolicLink()) link(written);
    const whole = seen.isSymbolicLink() && wish.follow ? await real(written) : written;
    const found = whole === written ? seen : await lstat(whole);
    if (path !== '' && !wish.wants(path, kindOf(found))) return;
    entries.push(await entryOf(path, whole, found));
    if (!found.isDirectory()) return;
    const below = (await readdir(whole)).sort();
    for (const name of below) await visit(path === '' ? name : `${path}/${name}`, join(whole, name));
  };

  await visit('', top);
  return entries.length > most ? 'too many' : entries;
}
