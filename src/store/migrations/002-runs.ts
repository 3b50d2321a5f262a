import type { Database } from '../schema.ts';
import type { Flavour, Migration } from './migration.ts';

/** A run may belong to no stored order (one started by the command line), so `order_id` refers to nothing. */
const runs = async (db: Database, flavour: Flavour): Promise<void> => {
  await flavour
    .ascending(db.schema.createTable('runs'), 'id')
    .addColumn('order_id', 'integer', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('plan_hash', 'text', (column) => column.notNull())
    .addColumn('recap', 'text', (column) => column.notNull())
    .addColumn('refusal', 'text')
    .addColumn('resumes', 'integer')
    .addColumn('queued_at', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text')
    .addColumn('finished_at', 'text')
    .execute();
  // A run is resumed once: whoever comes second is refused by the store itself.
  await db.schema.createIndex('runs_resumed_once').on('runs').column('resumes').unique().execute();
  await db.schema.createIndex('runs_by_state').on('runs').columns(['state', 'id']).execute();
};

const steps = (db: Database, flavour: Flavour): Promise<void> =>
  flavour
    .ascending(db.schema.createTable('steps'), 'seq')
    .addColumn('run_id', 'integer', (column) => column.notNull().references('runs.id'))
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('task', 'text', (column) => column.notNull())
    .addColumn('module', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('started_at', 'text', (column) => column.notNull())
    .addColumn('finished_at', 'text')
    .addColumn('differences', 'text', (column) => column.notNull())
    .addColumn('result', 'text', (column) => column.notNull())
    .addColumn('refusal', 'text')
    .addUniqueConstraint('steps_once', ['run_id', 'host', 'id'])
    .execute();

const locks = async (db: Database): Promise<void> => {
  await db.schema
    .createTable('locks')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('run_id', 'integer', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('locks_by_run').on('locks').column('run_id').execute();
};

/** Runs, their steps and the locks they hold. */
export const runTables: Migration = {
  name: '002-runs',
  async up(db, flavour) {
    await runs(db, flavour);
    await steps(db, flavour);
    await locks(db);
  },
};
