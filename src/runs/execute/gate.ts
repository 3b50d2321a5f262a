/** Lets at most `width` pieces of work run at the same time, first come first served. */
export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** A gate of that width. */
export function createGate(width: number): Gate {
  let inside = 0;
  const waiting: (() => void)[] = [];
  const enter = async (): Promise<void> => {
    if (inside < width) inside += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else inside -= 1;
  };
  return {
    async pass(work) {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
