import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { AuditPoint } from '#core/audit-cut.ts';
import type { Clock } from '#core/clock.ts';
import type { Store } from '#core/store.ts';
import { AuditChain, type AuditWatch } from '../audit-chain.ts';
import { asFault } from '../faults.ts';
import { migrations } from '../migrations/index.ts';
import { migrate } from '../migrations/migrate.ts';
import type { KnownHosts } from '../plans.ts';
import { createRepositories } from '../repositories.ts';
import { copyStore } from './copy.ts';
import { openDatabase, prepareFile, watchFile } from './file.ts';
import { sqliteFlavour } from './flavour.ts';
import { GroupCommit } from './group-commit.ts';

/** Where the store lies and what time it is; `transactionMs`: after how long a transaction that hangs is given up. */
export interface SqliteStoreOptions {
  readonly path: string;
  readonly clock: Clock;
  /** Who watches over what is written into the audit. */
  readonly auditWatch?: AuditWatch;
  /** The newest entry of the audit that is known to have been there. */
  readonly auditNoted?: AuditPoint | undefined;
  readonly transactionMs?: number;
}

const inFaults = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw asFault(error);
  }
};

const storeOver = (sqlite: DatabaseSync, commits: GroupCommit, options: SqliteStoreOptions): Store => {
  const { path, clock } = options;
  const chain = new AuditChain(options.auditWatch, options.auditNoted);
  const known: KnownHosts = new Map();
  return {
    ...createRepositories((work) => commits.run(work), clock, known, chain),
    transaction: (work) =>
      chain.within((own) => commits.run((db) => work(createRepositories((part) => part(db), clock, known, own)))),
    copyTo: (to) => inFaults(() => copyStore(path, to)),
    async close() {
      await commits.close();
      if (sqlite.isOpen) sqlite.close();
    },
  };
};

/** Opens the store, making it when it is not there and bringing its tables up to date. */
export const openSqliteStore = (options: SqliteStoreOptions): Promise<Store> =>
  inFaults(async () => {
    await mkdir(dirname(options.path), { recursive: true, mode: 0o700 });
    await prepareFile(options.path);
    const sqlite = openDatabase(options.path);
    const commits = new GroupCommit(sqlite, options.transactionMs ?? 10_000, watchFile(options.path));
    try {
      await commits.run((db) => migrate(db, migrations, sqliteFlavour, options.clock));
      return storeOver(sqlite, commits, options);
    } catch (error) {
      sqlite.close();
      throw error;
    }
  });
