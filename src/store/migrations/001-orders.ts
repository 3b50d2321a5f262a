import { sql } from 'kysely';
import type { Database } from '../schema.ts';
import type { Flavour, Migration } from './migration.ts';

const inbox = async (db: Database, flavour: Flavour): Promise<void> => {
  await flavour
    .ascending(db.schema.createTable('inbox'), 'seq')
    .addColumn('event_id', 'text', (column) => column.notNull().unique())
    .addColumn('incoming', 'text', (column) => column.notNull())
    .addColumn('order_id', 'integer')
    .execute();
  await db.schema
    .createIndex('inbox_waiting')
    .on('inbox')
    .column('seq')
    .where(sql<boolean>`order_id is null`)
    .execute();
};

const orders = async (db: Database, flavour: Flavour): Promise<void> => {
  await flavour
    .ascending(db.schema.createTable('orders'), 'id')
    .addColumn('event_id', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('chat', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('thread', 'text')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('via', 'text')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('confirmed', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('command', 'text')
    .addColumn('args', 'text')
    .addColumn('plan_hash', 'text')
    .addColumn('requirement', 'text')
    .addColumn('expires_at', 'text')
    .addColumn('run_id', 'integer')
    .addColumn('risk', 'text')
    .addColumn('resumes', 'integer')
    .addColumn('card', 'text')
    .addColumn('refusal', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('finished_at', 'text')
    .execute();
  await db.schema.createIndex('orders_by_state').on('orders').columns(['state', 'id']).execute();
  await db.schema.createIndex('orders_by_actor').on('orders').columns(['actor', 'id']).execute();
  await db.schema.createIndex('orders_by_channel').on('orders').columns(['channel', 'id']).execute();
};

const plans = (db: Database): Promise<void> =>
  db.schema
    .createTable('plans')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('plan', 'text', (column) => column.notNull())
    .execute();

const approvals = (db: Database, flavour: Flavour): Promise<void> =>
  flavour
    .ascending(db.schema.createTable('approvals'), 'seq')
    .addColumn('order_id', 'integer', (column) => column.notNull().references('orders.id'))
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('plan_hash', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addUniqueConstraint('approvals_once', ['order_id', 'actor', 'plan_hash', 'verdict'])
    .execute();

/** From what a chat said to an order and the verdicts on it. */
export const orderTables: Migration = {
  name: '001-orders',
  async up(db, flavour) {
    await inbox(db, flavour);
    await orders(db, flavour);
    await plans(db);
    await approvals(db, flavour);
  },
};
