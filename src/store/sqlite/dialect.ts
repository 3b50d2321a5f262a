import {
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { storeFailed } from '../faults.ts';
import type { Schema } from '../schema.ts';

const refuse = async (): Promise<never> => {
  throw storeFailed('a transaction was begun inside another');
};

/** Transactions are the queue's business; a driver over one lent connection begins none. */
const driverOver = (connection: DatabaseConnection): Driver => ({
  async init() {},
  acquireConnection: async () => connection,
  beginTransaction: refuse,
  commitTransaction: refuse,
  rollbackTransaction: refuse,
  async releaseConnection() {},
  async destroy() {},
});

/** Kysely, speaking SQLite over one connection. */
export const kyselyOver = (connection: DatabaseConnection): Kysely<Schema> => {
  const dialect: Dialect = {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driverOver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
  return new Kysely<Schema>({ dialect });
};
