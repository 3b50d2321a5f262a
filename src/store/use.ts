import type { Database } from './schema.ts';

/**
 * Runs work on the database, all or nothing: outside a transaction as one of its own, inside one as a part of it.
 * Repositories take this and nothing else, so the same code serves both.
 */
export type Use = <T>(work: (db: Database) => Promise<T>) => Promise<T>;
