import { existsSync } from 'node:fs';
import { copyFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '#core/clock.ts';
import { refusalOf } from '#core/errors.ts';
import type { Store } from '#core/store.ts';
import { flush, place } from '../disk.ts';
import { asFault } from '../faults.ts';
import { prepareFile } from './file.ts';
import { openSqliteStore } from './open.ts';

/** What SQLite keeps beside a database: it belongs to that one alone, and played over another it would damage it. */
const companions = ['-wal', '-shm'];

/** True for a copy that something of it stands beside: it is not all in its one file. */
export const hasJournal = (path: string): boolean => existsSync(`${path}-wal`);

/** A copy that waits beside the store to take its place. */
export interface WaitingCopy {
  readonly store: Store;
  /**
   * Puts it in the place of the store, which is put aside with what belongs to it under the same names with this end.
   * Resolves with the paths of what was put aside. At every instant a restore that was cut off can be given again.
   */
  takePlace(end: string): Promise<readonly string[]>;
  /** Takes the copy away again, unless it has taken its place. */
  drop(): Promise<void>;
}

/** True for a database that is whole and has the tables of a store; it need not be of this version. */
function isWhole(path: string): boolean {
  const sqlite = new DatabaseSync(path);
  try {
    const tables = sqlite.prepare("select name from sqlite_schema where name in ('migrations', 'audit')").all();
    const [found] = sqlite.prepare('pragma integrity_check(1)').all();
    return tables.length === 2 && found?.integrity_check === 'ok';
  } finally {
    sqlite.close();
  }
}

async function putAside(path: string, end: string): Promise<readonly string[]> {
  const moves = ['', ...companions].map((part) => [`${path}${part}`, `${path}${end}${part}`] as const);
  const there = moves.filter(([from]) => existsSync(from));
  for (const [from, to] of there) await rename(from, to);
  await flush(dirname(path));
  return there.map(([, to]) => to);
}

/**
 * Copies a file beside the store and opens it there, brought up to date; undefined when it is no whole store. The caller
 * holds the data folder.
 */
export async function waitingCopy(file: string, path: string, clock: Clock): Promise<WaitingCopy | undefined> {
  const own = `${path}.restoring`;
  const drop = async () => {
    for (const part of ['', ...companions]) await rm(`${own}${part}`, { force: true });
  };
  try {
    await drop(); // of a restore that was cut off
    await prepareFile(own);
    await copyFile(file, own);
    if (!isWhole(own)) return void (await drop());
    const store = await openSqliteStore({ path: own, clock });
    return {
      store,
      async takePlace(end) {
        await store.close(); // nothing of it stands beside it any more
        await flush(own);
        const aside = await putAside(path, end);
        await place(own, path);
        return aside;
      },
      async drop() {
        await store.close();
        await drop();
      },
    };
  } catch (thrown) {
    await drop();
    const fault = asFault(thrown);
    if (refusalOf(fault)?.code === 'store.damaged') return undefined;
    throw fault;
  }
}
