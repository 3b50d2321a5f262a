import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A regular file as it was when it was read. */
export interface RegularFile {
  readonly content: Buffer;
  readonly mode: number;
}

/** What became of a reading: a pipe, socket, device or folder is `special`, what is larger than wanted is `large`. */
export type Reading = RegularFile | 'special' | 'large';

/** A pipe is opened at once, whoever writes into it or nobody: waiting for one takes a thread for ever. */
const atOnce = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

const refusalOf = (found: Stats, most: number): 'special' | 'large' | undefined => {
  if (!found.isFile()) return 'special';
  return found.size > most ? 'large' : undefined;
};

/** Sockets, and devices that nothing serves. */
const isSpecial = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENXIO' || thrown.code === 'ENODEV');

const readOpened = async (file: FileHandle, most: number): Promise<Reading> => {
  const found = await file.stat();
  return refusalOf(found, most) ?? { content: await file.readFile(), mode: found.mode & 0o7777 };
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
  return refusalOf(found, most) ?? { content: readFileSync(file), mode: found.mode & 0o7777 };
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
