/** A run that waits, and the locks it needs. */
export interface WaitingRun {
  readonly id: number;
  readonly names: readonly string[];
}

/** Why a run cannot begin yet: `by` has the lock `name`: it holds it, or waits for it since before. */
export interface Blocked {
  readonly id: number;
  readonly name: string;
  readonly by: number;
  readonly how: 'holds' | 'waits';
}

/** What may begin now, and why the others may not. */
export interface Choice {
  readonly start: readonly WaitingRun[];
  readonly blocked: readonly Blocked[];
  /** Runs with free locks, for which there is no place. */
  readonly crowded: readonly number[];
}

/**
 * First come, first served: a run whose locks are free begins, even past others; but a lock an earlier run waits for is
 * not given to a later one, or the earlier could wait for ever. `free`: how many more may run.
 */
export function choose(waiting: readonly WaitingRun[], held: ReadonlyMap<string, number>, free: number): Choice {
  const claimed = new Map(held);
  const start: WaitingRun[] = [];
  const blocked: Blocked[] = [];
  const crowded: number[] = [];
  const howHas = (by: number, name: string): Blocked['how'] =>
    held.get(name) === by || start.some(({ id }) => id === by) ? 'holds' : 'waits';
  for (const run of [...waiting].sort((a, b) => a.id - b.id)) {
    const name = run.names.find((one) => (claimed.get(one) ?? run.id) !== run.id);
    const by = name === undefined ? undefined : claimed.get(name);
    if (name !== undefined && by !== undefined) blocked.push({ id: run.id, name, by, how: howHas(by, name) });
    else if (start.length < free) start.push(run);
    else crowded.push(run.id);
    for (const one of run.names) if (!claimed.has(one)) claimed.set(one, run.id);
  }
  return { start, blocked, crowded };
}

/** The locks a run needs: one per host, and those its request names. */
export const lockNames = (hosts: readonly string[], locks: readonly string[]): readonly string[] => [
  ...new Set([...hosts.map((host) => `host:${host}`), ...locks]),
];
