/** A run that waits, and the locks it needs. */
export interface WaitingRun {
  readonly id: number;
  readonly names: readonly string[];
}

/** Why a run cannot begin yet: `by` holds the lock `name`, or waits for it since before. */
export interface Blocked {
  readonly id: number;
  readonly name: string;
  readonly by: number;
}

/** What may begin now, and why the others may not. */
export interface Choice {
  readonly start: readonly WaitingRun[];
  readonly blocked: readonly Blocked[];
}

/**
 * First come, first served: a run whose locks are free begins, even past others; but a lock an earlier run waits for is
 * not given to a later one, or the earlier could wait for ever. `free`: how many more may run.
 */
export function choose(waiting: readonly WaitingRun[], held: ReadonlyMap<string, number>, free: number): Choice {
  const claimed = new Map(held);
  const start: WaitingRun[] = [];
  const blocked: Blocked[] = [];
  for (const run of [...waiting].sort((a, b) => a.id - b.id)) {
    const name = run.names.find((one) => (claimed.get(one) ?? run.id) !== run.id);
    if (name !== undefined) blocked.push({ id: run.id, name, by: claimed.get(name) ?? 0 });
    else if (start.length < free) start.push(run);
    for (const one of run.names) if (!claimed.has(one)) claimed.set(one, run.id);
  }
  return { start, blocked };
}

/** The locks a run needs: one per host, and those its request names. */
export const lockNames = (hosts: readonly string[], locks: readonly string[]): readonly string[] => [
  ...new Set([...hosts.map((host) => `host:${host}`), ...locks]),
];
