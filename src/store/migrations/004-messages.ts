import { sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { Flavour, Migration } from './migration.ts';

const outbox = async (db: Database, flavour: Flavour): Promise<void> => {
  await flavour
    .ascending(db.schema.createTable('outbox'), 'seq')
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('chat', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('thread', 'text')
    .addColumn('to_actor', 'text')
    .addColumn('card', 'text', (column) => column.notNull())
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('settled', 'integer', (column) => column.notNull())
    .addColumn('not_before', 'text')
    .addColumn('reason', 'text')
    .execute();
  await db.schema
    .createIndex('outbox_due')
    .on('outbox')
    .columns(['chat', 'seq'])
    .where(sql.ref('settled'), '<', sql.ref('revision'))
    .execute();
};

const consoleMessages = async (db: Database, flavour: Flavour): Promise<void> => {
  await flavour
    .ascending(db.schema.createTable('console_messages'), 'id')
    .addColumn('key', 'text', (column) => column.notNull().unique())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('thread', 'text')
    .addColumn('to_actor', 'text')
    .addColumn('author', 'text')
    .addColumn('text', 'text')
    .addColumn('card', 'text')
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('changed', 'integer', (column) => column.notNull().unique())
    .addColumn('at', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('console_by_channel').on('console_messages').columns(['channel', 'id']).execute();
  await db.schema.createIndex('console_by_thread').on('console_messages').columns(['thread', 'id']).execute();
};

const files = (db: Database): Promise<void> =>
  db.schema
    .createTable('files')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .execute();

/** What is said, what the console shows, and the files they point at. */
export const messageTables: Migration = {
  name: '004-messages',
  async up(db, flavour) {
    await outbox(db, flavour);
    await consoleMessages(db, flavour);
    await files(db);
  },
};
