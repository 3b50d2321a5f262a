import type { Database } from '../schema.ts';
import type { Flavour, Migration } from './migration.ts';

const people = (db: Database): Promise<void> =>
  db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('roles', 'text', (column) => column.notNull())
    .addColumn('language', 'text')
    .addColumn('time_zone', 'text')
    .execute();

const tokens = (db: Database, flavour: Flavour): Promise<void> =>
  flavour
    .ascending(db.schema.createTable('tokens'), 'id')
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('used_at', 'text')
    .execute();

const expiring = (db: Database, table: 'links' | 'sessions'): Promise<void> =>
  db.schema
    .createTable(table)
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .execute();

/** People and services, and what proves who they are. */
export const peopleTables: Migration = {
  name: '005-people',
  async up(db, flavour) {
    await people(db);
    await tokens(db, flavour);
    await expiring(db, 'links');
    await expiring(db, 'sessions');
  },
};
