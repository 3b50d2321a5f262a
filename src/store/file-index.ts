import type { FileIndex } from '#core/store.ts';
import type { Use } from './use.ts';

/** The index of stored files; the first name a content was kept under stays. */
export const createFileIndex = (use: Use): FileIndex => ({
  put: ({ id, name, type, bytes }) =>
    use(async (db) => {
      await db
        .insertInto('files')
        .values({ id, name, type, bytes })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    }),

  remove: (id) =>
    use(async (db) => {
      await db.deleteFrom('files').where('id', '=', id).execute();
    }),

  get: (id) => use((db) => db.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirst()),
});
