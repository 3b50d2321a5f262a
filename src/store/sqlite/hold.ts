import { access, chmod, constants, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
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
      next: t('Stop that one first, or use another data folder.', "Arrêtez-le d'abord, ou utilisez un autre dossier."),
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

const cannotUse = (folder: string, cause: unknown): Fault =>
  new Fault(
    {
      code: 'store.folder_unusable',
      say: t(
        `The data folder ${folder} cannot be made or written.`,
        `Le dossier de données ${folder} ne peut être ni créé ni écrit.`,
      ),
      next: t(
        'Name another with QUARTERDECK_DATA or “data”, or give this account the right.',
        'Nommez-en un autre avec QUARTERDECK_DATA ou « data », ou donnez-en le droit à ce compte.',
      ),
      details: { folder },
    },
    { cause },
  );

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Makes a folder and its parents one by one: Node's recursive mkdir never returns for a path below `/proc`. */
async function makeFolder(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder, { mode: 0o700 }).catch(async (error: unknown) => {
    if (!(await isThere(folder))) throw error; // somebody else made it meanwhile
  });
}

const unusable = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EEXIST', 'ENAMETOOLONG', 'ELOOP'];

const prepareFolder = async (folder: string): Promise<void> => {
  try {
    await makeFolder(resolve(folder));
    await chmod(folder, 0o700);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw unusable.includes(code) ? cannotUse(folder, error) : error;
  }
};

/**
 * Takes the data folder for this process, or throws the Fault `store.in_use`. The lock is the kernel's, on a file of
 * its own (`lock.db`), so a killed holder frees it by dying. It belongs to the process: opening and closing `lock.db`
 * in this process by any other way would free it.
 */
export const holdDataFolder = async (folder: string): Promise<HeldFolder> => {
  const pidFile = join(folder, 'lock.pid');
  try {
    await prepareFolder(folder);
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
