import type { Plan, PlannedOutcome, PlannedStep } from '#core/plan.ts';
import type { Step, StepState } from '#core/run.ts';
import { worst } from '../execute/recap.ts';

/** One task on one host, however many items it loops over: what is counted everywhere. */
export interface Counted<S> {
  readonly id: string;
  readonly host: string;
  /** The host it is done on: another one where the task is delegated. */
  readonly where: string;
  readonly task: string;
  readonly state: S;
}

interface Told {
  readonly id: string;
  readonly host: string;
  readonly on?: string;
  readonly task: string;
}

const itemMark = /\[\d+\]$/;

/** The task's own name: that of an item has the item after it. */
const taskOf = ({ id, task }: Told): string => (itemMark.test(id) ? task.replace(/ \([^()]*\)$/, '') : task);

/** Items of one task of a host that are done in one place; undefined as long as none of them says where that is. */
interface Group<T, S> {
  readonly first: T;
  where: string | undefined;
  readonly states: S[];
}

/** Where a step is done. One that goes on, or is passed over, does not say whether it is delegated. */
const placeOf = (step: Told, state: string): string | undefined =>
  step.on ?? (['running', 'skip', 'skipped'].includes(state) ? undefined : step.host);

/** The group that a step belongs to, of those of its task; a new one when it is done where none of them is. */
function groupIn<T extends Told, S>(groups: Group<T, S>[], step: T, where: string | undefined): Group<T, S> {
  const known = where === undefined ? groups[0] : groups.find((one) => (one.where ?? where) === where);
  if (known) {
    known.where ??= where;
    return known;
  }
  const made: Group<T, S> = { first: step, where, states: [] };
  groups.push(made);
  return made;
}

function together<T extends Told, S extends string>(
  all: readonly T[],
  stateOf: (step: T) => S,
  worstOf: (states: readonly S[]) => S,
): readonly Counted<S>[] {
  const tasks = new Map<string, Group<T, S>[]>();
  for (const step of all) {
    const key = JSON.stringify([step.host, step.id.replace(itemMark, '')]);
    const groups = tasks.get(key) ?? [];
    tasks.set(key, groups);
    const state = stateOf(step);
    groupIn(groups, step, placeOf(step, state)).states.push(state);
  }
  return [...tasks.values()].flat().map(({ first, where, states }) => ({
    id: first.id.replace(itemMark, ''),
    host: first.host,
    where: where ?? first.host,
    task: taskOf(first),
    state: worstOf(states),
  }));
}

const outcomeRank: readonly PlannedOutcome[] = ['skip', 'ok', 'unknown', 'change', 'failed', 'unreachable'];

const worstOutcome = (outcomes: readonly PlannedOutcome[]): PlannedOutcome =>
  outcomes.reduce((most, one) => (outcomeRank.indexOf(one) > outcomeRank.indexOf(most) ? one : most), 'skip');

/** A plan's steps as they are counted, in their order. */
export const plannedSteps = (steps: readonly PlannedStep[]): readonly Counted<PlannedOutcome>[] =>
  together(steps, ({ outcome }) => outcome, worstOutcome);

const worstState = (states: readonly StepState[]): StepState =>
  states.includes('running') ? 'running' : worst(states, 'skipped');

/** A run's steps as they are counted, in the order they began. */
export const ranSteps = (steps: readonly Step[]): readonly Counted<StepState>[] =>
  together(steps, ({ state }) => state, worstState);

/** How many steps the plan foresaw that the run did not begin; what it would have passed over is none. */
export function notBegun(plan: Plan, ran: readonly Counted<StepState>[]): number {
  const begun = new Set(ran.map(({ host, id }) => `${host} ${id}`));
  return plannedSteps(plan.steps).filter(({ host, id, state }) => state !== 'skip' && !begun.has(`${host} ${id}`))
    .length;
}
