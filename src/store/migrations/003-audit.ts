import type { Migration } from './migration.ts';

/** The audit chain. */
export const auditTable: Migration = {
  name: '003-audit',
  async up(db, flavour) {
    await db.schema
      .createTable('audit')
      .addColumn('seq', 'integer', (column) => column.primaryKey())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('via', 'text')
      .addColumn('action', 'text', (column) => column.notNull())
      .addColumn('order_id', 'integer')
      .addColumn('details', 'text', (column) => column.notNull())
      .addColumn('previous', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull())
      .execute();
    await db.schema.createIndex('audit_by_actor').on('audit').columns(['actor', 'seq']).execute();
    await flavour.appendOnly(db, 'audit');
  },
};
