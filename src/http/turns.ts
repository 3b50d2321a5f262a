/** Takes a turn; the way to give it back, or undefined when too many wait already. */
export type Turns = (caller: string) => Promise<(() => void) | undefined>;

interface Queue {
  busy: number;
  readonly waiting: (() => void)[];
}

/**
 * Lets each caller have `atOnce` requests under way; `mostWaiting` more wait for their turn, in order. So nobody who asks
 * for much at a time holds up the others, however little each request costs.
 */
export const createTurns = ({ atOnce, mostWaiting }: { atOnce: number; mostWaiting: number }): Turns => {
  const queues = new Map<string, Queue>();
  const next = (caller: string, queue: Queue): void => {
    const turn = queue.waiting.shift();
    if (turn === undefined) queue.busy -= 1;
    else turn();
    if (queue.busy === 0) queues.delete(caller);
  };
  return async (caller) => {
    const queue = queues.get(caller) ?? { busy: 0, waiting: [] };
    queues.set(caller, queue);
    if (queue.busy < atOnce) queue.busy += 1;
    else if (queue.waiting.length >= mostWaiting) return undefined;
    else await new Promise<void>((resolve) => queue.waiting.push(resolve));
    return () => next(caller, queue);
  };
};
