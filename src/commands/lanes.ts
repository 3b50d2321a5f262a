import type { ActorId } from '#core/actor.ts';

/** How many orders of one actor are worked on at once, and how many more may wait for that. */
export interface LaneLimits {
  readonly atOnce: number;
  readonly waiting: number;
}

export const usualLanes: LaneLimits = { atOnce: 32, waiting: 1000 };

interface Lane {
  busy: number;
  readonly waiting: (() => void)[];
}

/** A lane for each actor: whoever sends a flood of orders waits for their own, and nobody else does. */
export function createLanes(limits: LaneLimits = usualLanes) {
  const lanes = new Map<ActorId, Lane>();
  return {
    /** Is there no place left even to wait? */
    isFull: (actor: ActorId): boolean => (lanes.get(actor)?.waiting.length ?? 0) >= limits.waiting,
    /** Does the work when it is its turn. */
    async take<T>(actor: ActorId, work: () => Promise<T>): Promise<T> {
      const lane = lanes.get(actor) ?? { busy: 0, waiting: [] };
      lanes.set(actor, lane);
      if (lane.busy < limits.atOnce) lane.busy += 1;
      else await new Promise<void>((resolve) => lane.waiting.push(resolve));
      try {
        return await work();
      } finally {
        const next = lane.waiting.shift();
        if (next) next();
        else lane.busy -= 1;
        if (lane.busy === 0) lanes.delete(actor);
      }
    },
  };
}
