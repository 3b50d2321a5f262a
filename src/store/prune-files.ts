import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileIndex } from '#core/store.ts';
import { asFault } from './faults.ts';

/** What of the stored files stays: those kept since `before` (ms), and of these the newest up to `bytes`. */
export interface FilesToKeep {
  readonly folder: string;
  readonly index: FileIndex;
  readonly before: number;
  readonly bytes: number;
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const namesIn = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((cause: unknown) => {
    if (isMissing(cause)) return []; // nothing was kept yet
    throw cause;
  });

/** A file that was being written is soon whole or gone, unless the bot was killed. */
const unfinishedMs = 24 * 60 * 60_000;

/** Removes what a bot left half written that was killed. */
async function removeUnfinished(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names.filter((one) => /^[0-9a-f]{64}\..*\.tmp$/.test(one))) {
    const { mtimeMs } = await stat(join(folder, name));
    if (Date.now() - mtimeMs > unfinishedMs) await rm(join(folder, name), { force: true });
  }
}

async function filesIn(
  folder: string,
): Promise<{ readonly id: string; readonly at: number; readonly bytes: number }[]> {
  const names = await namesIn(folder);
  await removeUnfinished(folder, names);
  const files = [];
  for (const id of names.filter((name) => /^[0-9a-f]{64}$/.test(name))) {
    const { mtimeMs, size } = await stat(join(folder, id));
    files.push({ id, at: mtimeMs, bytes: size });
  }
  return files.sort((a, b) => b.at - a.at);
}

/** Removes stored files, the oldest first; how many went. The index forgets a file before its bytes go. */
export async function pruneFiles({ folder, index, before, bytes }: FilesToKeep): Promise<number> {
  try {
    let kept = 0;
    let gone = 0;
    for (const file of await filesIn(folder)) {
      kept += file.bytes;
      if (file.at >= before && kept <= bytes) continue;
      await index.remove(file.id);
      await rm(join(folder, file.id), { force: true });
      gone += 1;
    }
    return gone;
  } catch (error) {
    throw asFault(error);
  }
}
