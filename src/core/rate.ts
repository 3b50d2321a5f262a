import type { ActorId } from './actor.ts';
import type { Clock } from './clock.ts';

/** `burst` at once, then one every `everyMs`. */
export interface RateLimits {
  readonly burst: number;
  readonly everyMs: number;
}

/** Counts what each actor does, with bounded memory. */
export interface Rate {
  /** Milliseconds until the actor may; 0 when they may now. */
  wait(actor: ActorId): number;
  /** They did it. */
  count(actor: ActorId): void;
}

/** Actors remembered before those who did nothing for long enough are forgotten. */
const mostActors = 1000;

/** For each actor the time at which all their places are free again: every use takes one for `everyMs`. */
export const createRate = (clock: Clock, { burst, everyMs }: RateLimits): Rate => {
  const freeAt = new Map<ActorId, number>();
  /** A clock that was set back makes nobody wait for longer than all their places take. */
  const freeOf = (actor: ActorId, now: number): number => {
    const free = Math.min(freeAt.get(actor) ?? 0, now + burst * everyMs);
    if (free > now) freeAt.set(actor, free);
    return free;
  };
  const forget = (now: number): void => {
    for (const [actor, free] of freeAt) if (free <= now) freeAt.delete(actor);
  };
  return {
    wait(actor) {
      const now = clock.now();
      return Math.max(0, freeOf(actor, now) - now - (burst - 1) * everyMs);
    },
    count(actor) {
      const now = clock.now();
      if (freeAt.size >= mostActors) forget(now);
      freeAt.set(actor, Math.max(freeOf(actor, now), now) + everyMs);
    },
  };
};
