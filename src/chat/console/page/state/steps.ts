import type { Step } from '#core/run.ts';

/** The steps of a run by host, each host's in the order they began. */
export type StepsByHost = ReadonlyMap<string, readonly Step[]>;

/** Why it went wrong is shown at once. */
export const isBad = ({ state }: Step): boolean => state === 'failed' || state === 'unreachable';

/** Adds steps of one host or replaces older states of them: one that ended does not begin again. */
const together = (known: readonly Step[], steps: readonly Step[]): readonly Step[] => {
  const all = new Map(known.map((step) => [step.id, step]));
  for (const step of steps) {
    const before = all.get(step.id);
    if (before?.finishedAt === undefined || step.finishedAt !== undefined) all.set(step.id, step);
  }
  return [...all.values()];
};

/** The steps with more of them; of a host of which nothing is told they stay the same object. */
export const withSteps = (known: StepsByHost, steps: readonly Step[]): StepsByHost => {
  const told = new Map<string, Step[]>();
  for (const step of steps) {
    const its = told.get(step.host);
    if (its === undefined) told.set(step.host, [step]);
    else its.push(step);
  }
  const all = new Map(known);
  for (const [host, its] of told) all.set(host, together(known.get(host) ?? [], its));
  return all;
};

/** The hosts where something failed first: of many, those are looked for. */
export const badFirst = (hosts: readonly string[], steps: StepsByHost): readonly string[] => {
  const bad = new Set(hosts.filter((host) => steps.get(host)?.some(isBad)));
  return bad.size === 0 ? hosts : [...bad, ...hosts.filter((host) => !bad.has(host))];
};

/** A host with as many of its steps as there is room for. */
export interface ShownHost {
  readonly host: string;
  readonly steps: readonly Step[];
}

/** What went wrong is shown with its reason and its output: it takes the room of so many rows. */
const rowsOf = (step: Step): number => (isBad(step) ? 6 : 1);

const fitting = (steps: readonly Step[], rows: number): { readonly steps: readonly Step[]; readonly rows: number } => {
  let taken = 0;
  const end = steps.findIndex((step) => {
    if (taken >= rows) return true;
    taken += rowsOf(step);
    return false;
  });
  return { steps: end === -1 ? steps : steps.slice(0, end), rows: taken };
};

/** The first hosts that fit in so many rows; of the last, the steps that fit. */
export const inRows = (hosts: readonly string[], steps: StepsByHost, rows: number): readonly ShownHost[] => {
  const shown: ShownHost[] = [];
  let left = rows;
  for (const host of hosts) {
    if (left <= 0) break;
    const fit = fitting(steps.get(host) ?? [], left - 1);
    left -= 1 + fit.rows;
    shown.push({ host, steps: fit.steps });
  }
  return shown;
};
