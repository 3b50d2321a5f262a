import { type Clock, iso } from '#core/clock.ts';
import { present } from '#core/present.ts';
import type { Credentials } from '#core/store.ts';
import { createLinks } from './links.ts';
import { createSessions } from './sessions.ts';
import type { Use } from './use.ts';

/** How exact a token's last use is: writing it at every request would cost a commit each. */
const usedAtStepMs = 60_000;

const wasUsedLately = (usedAt: string | null, now: number): boolean =>
  usedAt !== null && now - Date.parse(usedAt) < usedAtStepMs;

const createTokens = (
  use: Use,
  clock: Clock,
): Pick<Credentials, 'addToken' | 'tokenActor' | 'tokens' | 'removeToken'> => ({
  addToken: ({ hash, actor, label, createdAt }) =>
    use(async (db) => {
      await db.insertInto('tokens').values({ hash, actor, label, created_at: createdAt, used_at: null }).execute();
    }),

  tokenActor: (hash) =>
    use(async (db) => {
      const token = await db
        .selectFrom('tokens')
        .select(['id', 'actor', 'used_at'])
        .where('hash', '=', hash)
        .executeTakeFirst();
      if (token && !wasUsedLately(token.used_at, clock.now())) {
        await db
          .updateTable('tokens')
          .set({ used_at: iso(clock) })
          .where('id', '=', token.id)
          .execute();
      }
      return token?.actor;
    }),

  tokens: () =>
    use(async (db) => {
      const rows = await db.selectFrom('tokens').selectAll().orderBy('id').execute();
      return rows.map(({ id, actor, label, created_at, used_at }) => ({
        id,
        actor,
        label,
        createdAt: created_at,
        ...present({ usedAt: used_at }),
      }));
    }),

  removeToken: (id) =>
    use(async (db) => {
      const removed = await db.deleteFrom('tokens').where('id', '=', id).returning('id').executeTakeFirst();
      return removed !== undefined;
    }),
});

/** Tokens, one-time links and sessions, by the SHA-256 of their secret. */
export const createCredentials = (use: Use, clock: Clock): Credentials => ({
  ...createTokens(use, clock),
  ...createLinks(use, clock),
  ...createSessions(use, clock),
});
