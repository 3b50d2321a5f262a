import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { asFault, storeFailed } from '../faults.ts';

interface Prepared {
  readonly statement: StatementSync;
  readonly reads: boolean;
}

/** Statements kept prepared: lists of values make many shapes, so the oldest go first. */
const keptStatements = 300;

/** Prepares each SQL text once. */
export const createStatements = (sqlite: DatabaseSync): ((sql: string) => Prepared) => {
  const kept = new Map<string, Prepared>();
  return (sql) => {
    const known = kept.get(sql);
    if (known) return known;
    const statement = sqlite.prepare(sql);
    const prepared = { statement, reads: statement.columns().length > 0 };
    if (kept.size >= keptStatements) kept.delete(kept.keys().next().value ?? '');
    kept.set(sql, prepared);
    return prepared;
  };
};

/**
 * A connection lent to one transaction. Once ended it refuses everything, so that what a transaction forgot to wait for
 * can never slip into the next one; and it refuses to write when SQLite has given the transaction up by itself.
 */
export class LentConnection implements DatabaseConnection {
  readonly #sqlite: DatabaseSync;
  readonly #prepare: (sql: string) => Prepared;
  #open = true;

  constructor(sqlite: DatabaseSync, prepare: (sql: string) => Prepared) {
    this.#sqlite = sqlite;
    this.#prepare = prepare;
  }

  end(): void {
    this.#open = false;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.#open) throw storeFailed('the transaction is over');
    if (!this.#sqlite.isTransaction) throw storeFailed('the transaction was lost');
    try {
      return this.#execute<R>(sql, parameters);
    } catch (error) {
      throw asFault(error);
    }
  }

  #execute<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const { statement, reads } = this.#prepare(sql);
    // Kysely passes on what the typed schema let through: text and numbers. Rows have the shape the query says.
    const values = parameters as readonly SQLInputValue[];
    if (reads) return { rows: statement.all(...values) as R[] };
    return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) };
  }

  // biome-ignore lint/correctness/useYield: results are read whole; Kysely's interface asks for this method.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw storeFailed('results are not streamed');
  }
}
