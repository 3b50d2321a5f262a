import { createHash } from 'node:crypto';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from '#core/files.ts';
import type { FileIndex } from '#core/store.ts';
import { makeFile } from './disk.ts';
import { asFault } from './faults.ts';

const idOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** An id comes from a request: anything but a hash is nobody's file, and never a path. */
const isId = (id: string): boolean => /^[0-9a-f]{64}$/.test(id);

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** The bytes, if they are there and still the ones the id names. */
const readWhole = async (folder: string, id: string): Promise<Buffer | undefined> => {
  try {
    const content = await readFile(join(folder, id));
    return idOf(content) === id ? content : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw asFault(error);
  }
};

const writeWhole = async (folder: string, id: string, content: Buffer): Promise<void> => {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await makeFile(join(folder, id), (temporary) => writeFile(temporary, content, { mode: 0o600, flag: 'wx' }));
  } catch (error) {
    throw asFault(error);
  }
};

/** Kept again, a file is as young as a new one. */
const renew = async (path: string): Promise<void> => {
  try {
    await utimes(path, new Date(), new Date());
  } catch (error) {
    throw asFault(error);
  }
};

/**
 * Keeps files in a folder under the hash of their content, and their names in the index. The bytes are on disk before
 * the index knows them; a file that is missing or damaged is no file, and keeping the same bytes again repairs it.
 */
export const openFiles = ({ folder, index }: { readonly folder: string; readonly index: FileIndex }): Files => ({
  async put(content, name, type) {
    const id = idOf(content);
    if ((await readWhole(folder, id)) === undefined) await writeWhole(folder, id, content);
    else await renew(join(folder, id));
    await index.put({ id, name, type, bytes: content.length });
    return (await index.get(id)) ?? { id, name, type, bytes: content.length };
  },

  async get(id) {
    if (!isId(id)) return undefined;
    const file = await index.get(id);
    const content = file && (await readWhole(folder, id));
    return file && content && { file, content };
  },
});
