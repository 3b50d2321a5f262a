import type { CreateTableBuilder } from 'kysely';
import type { Database } from '../schema.ts';

/** What differs between databases when tables are made. */
export interface Flavour {
  /** Adds the primary key `name`: a number that ascends and is never used again. */
  ascending<T extends string, C extends string>(
    table: CreateTableBuilder<T, C>,
    name: string,
  ): CreateTableBuilder<T, C>;
  /** Makes the table one that can only grow: rows follow one another by `seq` and are never changed or removed. */
  appendOnly(db: Database, table: string): Promise<void>;
}

/** One step forward; there is no way back. A migration that has been released is never edited. */
export interface Migration {
  readonly name: string;
  up(db: Database, flavour: Flavour): Promise<void>;
}
