import type { Refusal } from '#core/errors.ts';
import type { HostRecap, Recap, StepState } from '#core/run.ts';

/** A host that did nothing yet. */
export const noCounts: HostRecap = {
  ok: 0,
  changed: 0,
  unreachable: 0,
  failed: 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
};

const counted: Readonly<Record<StepState, readonly (keyof HostRecap)[]>> = {
  running: [],
  ok: ['ok'],
  changed: ['ok', 'changed'],
  skipped: ['skipped'],
  failed: ['failed'],
  ignored: ['ok', 'ignored'],
  unreachable: ['unreachable'],
  unknown: ['unknown'],
};

/** Counts one task of a host as Ansible does: a changed one is also ok, an ignored failure too. */
export function count(recap: HostRecap, state: StepState, alsoChanged = false): HostRecap {
  const both = ['changed', 'ignoredChanges'] as const;
  const keys = alsoChanged && state === 'ignored' ? [...counted[state], ...both] : counted[state];
  const sum: { -readonly [K in keyof HostRecap]: HostRecap[K] } = { ...recap };
  for (const key of keys) sum[key] = (sum[key] ?? 0) + 1;
  return sum;
}

/** Counts a failure that a `rescue` answers. */
export const countRescued = (recap: HostRecap): HostRecap => ({ ...recap, rescued: recap.rescued + 1 });

/** True for a step in whose middle the host was lost: nobody saw its end, and the host is unreachable. */
export const isLost = ({ state, refusal }: { readonly state: StepState; readonly refusal?: Refusal }): boolean =>
  state === 'unknown' && refusal?.code === 'step.lost';

/** Counts that a host was lost, as Ansible does; the step itself is counted apart. */
export const countLost = (recap: HostRecap): HostRecap => ({ ...recap, unreachable: recap.unreachable + 1 });

const rank: readonly StepState[] = ['skipped', 'ok', 'changed', 'ignored', 'failed', 'unreachable', 'unknown'];

/** A loop's state from its items': the worst, and the mildest of all when there are none. */
export const worst = <S extends StepState>(states: readonly S[], mildest: S): S =>
  states.reduce((most, state) => (rank.indexOf(state) > rank.indexOf(most) ? state : most), mildest);

const foreseenRank: readonly StepState[] = ['skipped', 'ok', 'unknown', 'changed', 'failed', 'unreachable'];

/** The same of a plan, where what is not known yet is milder than what is sure to change or fail. */
export const worstForeseen = (states: readonly StepState[], mildest: StepState): StepState =>
  states.reduce((most, state) => (foreseenRank.indexOf(state) > foreseenRank.indexOf(most) ? state : most), mildest);

/** What of a stored step a recap needs. */
interface Counted {
  readonly id: string;
  readonly host: string;
  readonly state: StepState;
  readonly refusal?: Refusal;
}

/** A recap from stored steps, for a run whose end nobody counted; the items of a loop count as one task. */
export function recapOf(steps: readonly Counted[], worstOf: typeof worst<StepState> = worst): Recap {
  const tasks = new Map<string, Counted[]>();
  for (const step of steps) {
    const key = `${step.host} ${step.id.replace(/\[\d+\]$/, '')}`;
    const items = tasks.get(key) ?? [];
    items.push(step);
    tasks.set(key, items);
  }
  const recap: Record<string, HostRecap> = {};
  for (const items of tasks.values()) {
    const [{ host }] = items as [Counted];
    const states = items.map(({ state }) => state);
    const counts = count(recap[host] ?? noCounts, worstOf(states, 'skipped'));
    recap[host] = items.some(isLost) ? countLost(counts) : counts;
  }
  return recap;
}

/**
 * The recap of a run that is over: what it counted itself, and the steps that are still open in the store, whose end
 * nobody will see. A run that broke off counted nothing: then all is counted from its steps.
 */
export function recapAtEnd(counted: Recap, steps: readonly Counted[]): Recap {
  const told = Object.keys(counted).length > 0 ? steps.filter(({ state }) => state === 'running') : steps;
  const more = recapOf(told.map((step) => (step.state === 'running' ? { ...step, state: 'unknown' } : step)));
  const recap: Record<string, HostRecap> = { ...counted };
  for (const [host, { unknown }] of Object.entries(more)) {
    const own = counted[host];
    if (own === undefined) recap[host] = more[host] ?? noCounts;
    else if (unknown !== undefined) recap[host] = { ...own, unknown: (own.unknown ?? 0) + unknown };
  }
  return recap;
}
