import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { prepareDataFolder } from '../data-folder.ts';
import { asFault, isBusy } from '../faults.ts';

/** A data folder that nobody else may use until it is released, or until this process ends in any way. */
export interface HeldFolder {
  release(): Promise<void>;
}

const inUse = (folder: string, pid: string | undefined, cause: unknown): Fault => {
  const by =
    pid === undefined ? t('another process', 'un autre processus') : t(`process ${pid}`, `le processus ${pid}`);
  return new Fault(
    {
      code: 'store.in_use',
      say: t(
        `The data folder ${folder} is used by ${typeof by === 'string' ? by : by.en}.`,
        `Le dossier de données ${folder} est utilisé par ${typeof by === 'string' ? by : by.fr}.`,
      ),
      next: t('Stop that one first, or use another data folder.', 'Arrêtez-le d’abord, ou utilisez un autre dossier.'),
      details: { folder, ...(pid !== undefined && { pid: Number(pid) }) },
    },
    { cause },
  );
};

/** The pid is for people only; the lock alone decides. */
const holderOf = async (pidFile: string): Promise<string | undefined> => {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  return /^\d{1,10}\n$/.test(text) ? text.trim() : undefined;
};

const lock = (path: string): DatabaseSync => {
  const sqlite = new DatabaseSync(path, { timeout: 0 });
  try {
    sqlite.exec('begin exclusive');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
};

/**
 * Makes the data folder usable and takes it for this process, or throws the Fault `data.unusable` or `store.in_use`. The lock is the kernel's, on a file of
 * its own (`lock.db`), so a killed holder frees it by dying. It belongs to the process: opening and closing `lock.db`
 * in this process by any other way would free it.
 */
export const holdDataFolder = async (folder: string): Promise<HeldFolder> => {
  const pidFile = join(folder, 'lock.pid');
  try {
    await prepareDataFolder(folder);
    const sqlite = lock(join(folder, 'lock.db'));
    await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
    return {
      async release() {
        if (!sqlite.isOpen) return;
        await rm(pidFile, { force: true });
        sqlite.close();
      },
    };
  } catch (error) {
    throw isBusy(error) ? inUse(folder, await holderOf(pidFile), error) : asFault(error);
  }
};
