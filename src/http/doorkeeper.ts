import { timingSafeEqual } from 'node:crypto';
import type { ActorId } from '#core/actor.ts';
import { type Clock, iso } from '#core/clock.ts';
import type { Doorkeeper, Identity } from '#core/http.ts';
import { secretHash } from '#core/secret-hash.ts';
import type { Credentials, People } from '#core/store.ts';

/** The token that whoever can read the data folder holds, and whom it stands for. */
export interface LocalToken {
  readonly token: string;
  readonly actor: ActorId;
  readonly account: string;
}

/** What the doorkeeper asks. */
export interface DoorkeeperOptions {
  readonly credentials: Pick<Credentials, 'sessionActor' | 'tokenActor'>;
  /** An actor unknown to it is nobody any more: sessions and tokens end with the person. */
  readonly people: Pick<People, 'get'>;
  readonly clock: Clock;
  readonly local?: LocalToken;
}

const isLocal = (local: LocalToken | undefined, bearer: string): local is LocalToken =>
  local !== undefined && timingSafeEqual(Buffer.from(secretHash(local.token)), Buffer.from(secretHash(bearer)));

/** Knows cookies and tokens by their hashes. */
export const createDoorkeeper = ({ credentials, people, clock, local }: DoorkeeperOptions): Doorkeeper => {
  const known = async (actor: ActorId | undefined, by: 'session' | 'token'): Promise<Identity | undefined> =>
    actor === undefined || (await people.get(actor)) === undefined ? undefined : { actor, by };
  return {
    session: async (cookie) => known(await credentials.sessionActor(secretHash(cookie), iso(clock)), 'session'),
    async token(bearer) {
      if (isLocal(local, bearer)) return { actor: local.actor, by: 'local', account: local.account };
      return known(await credentials.tokenActor(secretHash(bearer)), 'token');
    },
  };
};
