import { sql } from 'kysely';
import type { Flavour } from '../migrations/migration.ts';

const refusal = (table: string, event: 'update' | 'delete') =>
  sql`create trigger ${sql.id(`${table}_no_${event}`)} before ${sql.raw(event)} on ${sql.table(table)}
      begin select raise(abort, 'this table only grows'); end`;

/** A gap is refused, and so is a second row with an old number, by which `insert or replace` would change one. */
const onlyNext = (table: string) =>
  sql`create trigger ${sql.id(`${table}_only_next`)} before insert on ${sql.table(table)}
      when new.seq <> (select coalesce(max(seq), 0) + 1 from ${sql.table(table)})
      begin select raise(abort, 'this table only grows'); end`;

/** How SQLite says what migrations need. */
export const sqliteFlavour: Flavour = {
  ascending: (table, name) => table.addColumn(name, 'integer', (column) => column.primaryKey().autoIncrement()),
  async appendOnly(db, table) {
    await refusal(table, 'update').execute(db);
    await refusal(table, 'delete').execute(db);
    await onlyNext(table).execute(db);
  },
};
