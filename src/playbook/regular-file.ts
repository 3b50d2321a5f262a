import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A regular file as it was when it was read. */
export interface RegularFile {
  readonly content: Buffer;
  readonly mode: number;
  /** Tells it from another one, and from itself once it was changed. */
  readonly mark: string;
}

/** Up to this size a file is told from another one by what it holds, and kept in memory where it is sent. */
export const smallBytes = 64 * 1024;

/**
 * Tells a file from another one: by its mode and what it holds; a large one by what the system changes whenever it is
 * written to or replaced, so that nobody has to read it.
 */
export function markOf(found: Stats, content: Buffer | undefined): string {
  const hash = createHash('sha256').update(`${found.mode & 0o7777} `);
  if (content !== undefined && found.size <= smallBytes) return hash.update(content).digest('hex').slice(0, 32);
  return hash.update([found.ino, found.size, found.mtimeMs, found.ctimeMs].join(' ')).digest('hex').slice(0, 32);
}

/** The mark of what is at a path. Throws what the system says when it is not there or not to be read. */
export async function markAt(path: string, found: Stats): Promise<string> {
  if (!found.isFile()) return 'special';
  if (found.size > smallBytes) return markOf(found, undefined);
  const read = await readRegular(path, smallBytes);
  return typeof read === 'string' ? read : read.mark;
}

/** What became of a reading: a pipe, socket, device or folder is `special`, what is larger than wanted is `large`. */
export type Reading = RegularFile | 'special' | 'large';

/** A pipe is opened at once, whoever writes into it or nobody: waiting for one takes a thread for ever. */
const atOnce = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const refusalOf = (found: Stats, most: number): 'special' | 'large' | undefined => {
  if (!found.isFile()) return 'special';
  return found.size > most ? 'large' : undefined;
};

const regular = (found: Stats, content: Buffer): RegularFile => ({
  content,
  mode: found.mode & 0o7777,
  mark: markOf(found, content),
});

/** Sockets, and devices that nothing serves. */
const isSpecial = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENXIO' || thrown.code === 'ENODEV');

const readOpened = async (file: FileHandle, most: number): Promise<Reading> => {
  const found = await file.stat();
  return refusalOf(found, most) ?? regular(found, await file.readFile());
};

/** Opens what is at a path without waiting for anybody. What it is says `stat` of the handle, and no look before. */
export const openAtOnce = (path: string): Promise<FileHandle> => open(path, atOnce);

/** Reads a regular file, and nothing else. Throws what the system says when it is not there or not to be read. */
export async function readRegular(path: string, most: number): Promise<Reading> {
  try {
    const file = await openAtOnce(path);
    return await readOpened(file, most).finally(() => file.close());
  } catch (thrown) {
    if (isSpecial(thrown)) return 'special';
    throw thrown;
  }
}

const readDescriptor = (file: number, most: number): Reading => {
  const found = fstatSync(file);
  return refusalOf(found, most) ?? regular(found, readFileSync(file));
};

/** The same, for who cannot wait. */
export function readRegularNow(path: string, most: number): Reading {
  let file: number | undefined;
  try {
    file = openSync(path, atOnce);
    return readDescriptor(file, most);
  } catch (thrown) {
    if (isSpecial(thrown)) return 'special';
    throw thrown;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
