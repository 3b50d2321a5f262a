import { type Clock, iso } from '#core/clock.ts';
import type { Credentials } from '#core/store.ts';
import type { Use } from './use.ts';

/** Console sessions; expired ones are removed whenever a new one begins. One that a token opened ends with the token. */
export const createSessions = (
  use: Use,
  clock: Clock,
): Pick<Credentials, 'addSession' | 'sessionActor' | 'removeSession'> => ({
  addSession: ({ hash, actor, expiresAt, token = null }) =>
    use(async (db) => {
      await db.deleteFrom('sessions').where('expires_at', '<=', iso(clock)).execute();
      await db.insertInto('sessions').values({ hash, actor, expires_at: expiresAt, token }).execute();
    }),

  sessionActor: (hash, now) =>
    use(async (db) => {
      const session = await db
        .selectFrom('sessions')
        .select('actor')
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .where(({ or, eb, exists, selectFrom }) =>
          or([
            eb('token', 'is', null),
            exists(selectFrom('tokens').select('tokens.id').whereRef('tokens.hash', '=', 'sessions.token')),
          ]),
        )
        .executeTakeFirst();
      return session?.actor;
    }),

  removeSession: (hash) =>
    use(async (db) => {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute();
    }),
});
