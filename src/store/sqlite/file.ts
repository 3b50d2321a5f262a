import { chmod, open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';

/** How long to wait for another process (a copy, the command line) that writes to the same file. */
const busyTimeoutMs = 2_000;

/** Makes the file, readable by its owner alone, before SQLite would make it by the umask; its companions follow it. */
export const prepareFile = async (path: string): Promise<void> => {
  const file = await open(path, 'a', 0o600);
  await file.close();
  await chmod(path, 0o600);
};

/** Opens the database with everything that keeps what was committed through a power cut. */
export const openDatabase = (path: string): DatabaseSync => {
  const sqlite = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    sqlite.exec('pragma journal_mode = wal');
    sqlite.exec('pragma synchronous = full');
    sqlite.exec('pragma trusted_schema = off');
    sqlite.exec('pragma journal_size_limit = 67108864');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
};
