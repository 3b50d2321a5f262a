import { statSync } from 'node:fs';
import { chmod, open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** How long opening waits for another process (a copy, the command line) that writes to the same file. */
const openTimeoutMs = 2_000;

/** How long SQLite waits for it afterwards. Nothing else goes on meanwhile: `GroupCommit` waits for longer, and by itself. */
const busyTimeoutMs = 50;

/** Makes the file, readable by its owner alone, before SQLite would make it by the umask; its companions follow it. */
export const prepareFile = async (path: string): Promise<void> => {
  const file = await open(path, 'a', 0o600);
  await file.close();
  await chmod(path, 0o600);
};

/** Opens the database with everything that keeps what was committed through a power cut. */
export const openDatabase = (path: string): DatabaseSync => {
  const sqlite = new DatabaseSync(path, { timeout: openTimeoutMs, enableForeignKeyConstraints: true });
  try {
    sqlite.exec('pragma journal_mode = wal');
    sqlite.exec('pragma synchronous = full');
    sqlite.exec('pragma trusted_schema = off');
    sqlite.exec('pragma journal_size_limit = 67108864');
    sqlite.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
};

const gone = (path: string): Fault =>
  new Fault({
    code: 'store.gone',
    say: t(
      `The store’s file ${path} was taken away or replaced while the bot runs.`,
      `Le fichier de la base ${path} a été retiré ou remplacé pendant que le bot tourne.`,
    ),
    next: t(
      'Nothing is done until it is back: put it back, or stop the bot and start it again.',
      'Rien n’est fait avant son retour : remettez-le, ou arrêtez le bot et redémarrez-le.',
    ),
    retryable: true,
  });

/**
 * A check that the path still names the file that is there now. SQLite goes on writing to a file without a name, which
 * nobody could ever read again. It throws the Fault `store.gone`.
 */
export const watchFile = (path: string): (() => void) => {
  const own = statSync(path);
  return () => {
    const now = statSync(path, { throwIfNoEntry: false });
    if (now?.ino !== own.ino || now.dev !== own.dev) throw gone(path);
  };
};
