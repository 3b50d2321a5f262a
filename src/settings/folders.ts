import { type FSWatcher, watch } from 'node:fs';

/**
 * Tells of any change in the folders. Folders are watched rather than files, because most editors save by renaming a
 * new file over the old one. A folder that is not there, or is one too many to be watched, is not.
 */
export function watchFolders(folders: readonly string[], wake: () => void): { close(): void } {
  const watched = folders.map((folder) => watchFolder(folder, wake));
  return {
    close() {
      for (const watcher of watched) watcher?.close();
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
