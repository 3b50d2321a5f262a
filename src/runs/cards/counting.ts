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

function together<T extends Told, S>(
  all: readonly T[],
  stateOf: (step: T) => S,
  worstOf: (states: readonly S[]) => S,
): readonly Counted<S>[] {
  const found = new Map<string, { readonly first: T; readonly states: S[] }>();
  for (const step of all) {
    const key = JSON.stringify([step.host, step.id.replace(itemMark, ''), step.on]);
    const one = found.get(key) ?? { first: step, states: [] };
    one.states.push(stateOf(step));
    found.set(key, one);
  }
  return [...found.values()].map(({ first, states }) => ({
    id: first.id.replace(itemMark, ''),
    host: first.host,
    where: first.on ?? first.host,
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
