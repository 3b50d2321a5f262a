import type { Migration } from './migration.ts';

/** Which token opened a session: it ends with it. */
export const sessionTokens: Migration = {
  name: '007-session-tokens',
  async up(db) {
    await db.schema.alterTable('sessions').addColumn('token', 'text').execute();
  },
};
