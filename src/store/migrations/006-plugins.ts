import type { Migration } from './migration.ts';

/** What plugins keep. */
export const pluginTables: Migration = {
  name: '006-plugins',
  async up(db) {
    await db.schema
      .createTable('plugin_values')
      .addColumn('plugin', 'text', (column) => column.notNull())
      .addColumn('key', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('plugin_values_key', ['plugin', 'key'])
      .execute();
    await db.schema
      .createTable('samples')
      .addColumn('plugin', 'text', (column) => column.notNull())
      .addColumn('at', 'bigint', (column) => column.notNull())
      .addColumn('figures', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('samples_key', ['plugin', 'at'])
      .execute();
  },
};
