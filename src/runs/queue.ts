/** A run that waits, the locks it needs, and whose it is: one for all ids of a person. */
export interface WaitingRun {
  readonly id: number;
  readonly names: readonly string[];
  readonly actor?: string;
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
  /** Runs with free locks of somebody who has all the places one actor may have. */
  readonly patient: readonly number[];
}

/** The places of the queue that one actor may have, and those each has. */
export interface Share {
  readonly most: number;
  readonly taken: ReadonlyMap<string, number>;
}

/** Of three places or more, one actor leaves one to others: whoever plays on many hosts keeps nobody from the rest. */
export const mostOfOne = (atOnce: number): number => (atOnce < 3 ? atOnce : atOnce - 1);

const noShare: Share = { most: Number.POSITIVE_INFINITY, taken: new Map() };

/**
 * First come, first served: a run whose locks are free begins, even past others; but a lock an earlier run waits for is
 * not given to a later one, or the earlier could wait for ever. `free`: how many more may run.
 */
export function choose(
  waiting: readonly WaitingRun[],
  held: ReadonlyMap<string, number>,
  free: number,
  share: Share = noShare,
): Choice {
  const claimed = new Map(held);
  const start: WaitingRun[] = [];
  const blocked: Blocked[] = [];
  const crowded: number[] = [];
  const patient: number[] = [];
  const hasShare = ({ actor }: WaitingRun): boolean =>
    actor !== undefined &&
    (share.taken.get(actor) ?? 0) + start.filter((one) => one.actor === actor).length >= share.most;
  const howHas = (by: number, name: string): Blocked['how'] =>
    held.get(name) === by || start.some(({ id }) => id === by) ? 'holds' : 'waits';
  for (const run of [...waiting].sort((a, b) => a.id - b.id)) {
    const name = run.names.find((one) => (claimed.get(one) ?? run.id) !== run.id);
    const by = name === undefined ? undefined : claimed.get(name);
    if (name !== undefined && by !== undefined) blocked.push({ id: run.id, name, by, how: howHas(by, name) });
    else if (start.length >= free) crowded.push(run.id);
    else if (hasShare(run)) patient.push(run.id);
    else start.push(run);
    for (const one of run.names) if (!claimed.has(one)) claimed.set(one, run.id);
  }
  return { start, blocked, crowded, patient };
}

/** The locks a run needs: one per host, and those its request names. */
export const lockNames = (hosts: readonly string[], locks: readonly string[]): readonly string[] => [
  ...new Set([...hosts.map((host) => `host:${host}`), ...locks]),
];
