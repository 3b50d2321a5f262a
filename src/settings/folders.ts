import { type FSWatcher, watch } from 'node:fs';

/**
 * Tells of any change in the folders. Folders are watched rather than files, because most editors save by renaming a
 * new file over the old one. Where that cannot be (no such folder, too many watches), it wakes every `pollMs`.
 */
export function watchFolders(folders: readonly string[], wake: () => void, pollMs: number): { close(): void } {
  const watched = folders.map((folder) => ({ watcher: watchFolder(folder, wake) }));
  const poll = watched.some(({ watcher }) => watcher === undefined) ? setInterval(wake, pollMs).unref() : undefined;
  return {
    close() {
      for (const { watcher } of watched) watcher?.close();
      clearInterval(poll);
    },
  };
}

function watchFolder(folder: string, wake: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, wake);
    watcher.on('error', wake); // the folder went away: the next load says so
    return watcher;
  } catch {
    return undefined; // the caller looks by itself instead
  }
}
