import { type Clock, iso } from '#core/clock.ts';
import type { Credentials } from '#core/store.ts';
import type { Use } from './use.ts';

/** One-time links: looking one up removes it, whether it is still valid or not. */
export const createLinks = (use: Use, clock: Clock): Pick<Credentials, 'addLink' | 'takeLink'> => ({
  addLink: ({ hash, actor, expiresAt }) =>
    use(async (db) => {
      await db.deleteFrom('links').where('expires_at', '<=', iso(clock)).execute();
      await db.insertInto('links').values({ hash, actor, expires_at: expiresAt }).execute();
    }),

  takeLink: (hash, now) =>
    use(async (db) => {
      const link = await db
        .deleteFrom('links')
        .where('hash', '=', hash)
        .returning(['actor', 'expires_at'])
        .executeTakeFirst();
      return link && link.expires_at > now ? link.actor : undefined;
    }),
});
