import { type Clock, iso } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { Database } from '../schema.ts';
import type { Flavour, Migration } from './migration.ts';

const applied = async (db: Database): Promise<readonly string[]> => {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('applied_at', 'text', (column) => column.notNull())
    .execute();
  const rows = await db.selectFrom('migrations').select('name').orderBy('name').execute();
  return rows.map((row) => row.name);
};

const newer = (name: string): Fault =>
  new Fault({
    code: 'store.newer',
    say: t(
      `The store was written by a newer Quarterdeck: its migration ${name} is unknown here.`,
      `Les données ont été écrites par une version plus récente de Quarterdeck : sa migration ${name} est inconnue ici.`,
    ),
    next: t(
      'Install the newer version, or start with another data folder.',
      'Installez la version plus récente, ou démarrez avec un autre dossier de données.',
    ),
    details: { migration: name },
  });

/** Brings the tables up to date. The caller holds the lock and the transaction: all migrations are applied, or none. */
export const migrate = async (
  db: Database,
  migrations: readonly Migration[],
  flavour: Flavour,
  clock: Clock,
): Promise<void> => {
  const done = await applied(db);
  const unknown = done.find((name) => !migrations.some((migration) => migration.name === name));
  if (unknown !== undefined) throw newer(unknown);
  for (const migration of migrations.filter(({ name }) => !done.includes(name))) {
    await migration.up(db, flavour);
    await db
      .insertInto('migrations')
      .values({ name: migration.name, applied_at: iso(clock) })
      .execute();
  }
};
