import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Waits until what the path names (a file's bytes, a folder's entries) is on disk. */
export const flush = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Puts a finished file in its place, on disk, in one step: readers see all of it or what was there before. */
export const place = async (temporary: string, path: string): Promise<void> => {
  await flush(temporary);
  await rename(temporary, path);
  await flush(dirname(path));
};

/** Makes a file beside its final name with `fill`, then puts it in place; leaves nothing behind when that fails. */
export const makeFile = async (path: string, fill: (temporary: string) => Promise<void>): Promise<void> => {
  const temporary = `${path}.${process.pid}.${crypto.randomUUID()}.tmp`;
  try {
    await fill(temporary);
    await place(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
};
