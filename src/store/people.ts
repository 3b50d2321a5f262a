import type { Selectable } from 'kysely';
import type { Actor } from '#core/actor.ts';
import { present } from '#core/present.ts';
import type { People } from '#core/store.ts';
import { fromJson, toJson } from './rows.ts';
import type { PeopleTable } from './schema.ts';
import type { Use } from './use.ts';

const actorOf = (row: Selectable<PeopleTable>): Actor => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  roles: fromJson<readonly string[]>(row.roles),
  ...present({ language: row.language, timeZone: row.time_zone }),
});

/** People and services beside those of the configuration. */
export const createPeople = (use: Use): People => ({
  put: (actor) =>
    use(async (db) => {
      const columns = {
        kind: actor.kind,
        name: actor.name,
        roles: toJson(actor.roles),
        language: actor.language ?? null,
        time_zone: actor.timeZone ?? null,
      };
      await db
        .insertInto('people')
        .values({ id: actor.id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    }),

  get: (id) =>
    use(async (db) => {
      const row = await db.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
      return row && actorOf(row);
    }),

  all: () =>
    use(async (db) => {
      const rows = await db.selectFrom('people').selectAll().orderBy('id').execute();
      return rows.map(actorOf);
    }),
});
