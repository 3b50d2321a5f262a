/** Work that looks first and changes then, so that no two do it to one thing at once. */
export interface Turns {
  /** Does the work once all that came before it for any of these things is over. */
  take<T>(things: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Nothing is under way yet. */
export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    async take(things, work) {
      if (things.length === 0) return work();
      const before = Promise.allSettled(things.map((thing) => last.get(thing)));
      const own = before.then(work);
      for (const thing of things) last.set(thing, own);
      return own;
    },
  };
}
