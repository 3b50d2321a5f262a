import { createHash } from 'node:crypto';
import { present } from '#core/present.ts';
import type { Run, Step } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import type { DoneStep, StepKey } from './executor.ts';

/** What a run takes over from those it resumes. */
export interface Inheritance {
  /** Names the journal on the hosts: the same for a run and all that resume it, and for no other run of any bot. */
  readonly key: string;
  readonly done: readonly DoneStep[];
  /** Only when there is a run to go on with. */
  readonly begun?: readonly StepKey[];
}

/** The task itself failed: not the connection, not a cancellation, nothing that may be otherwise by now. */
export const hasFailed = ({ state, refusal }: Step): boolean =>
  (state === 'failed' || state === 'ignored') && (refusal?.code === 'step.failed' || refusal?.code === 'step.until');

const isDone = (step: Step): boolean =>
  step.state === 'ok' || step.state === 'changed' || step.state === 'skipped' || hasFailed(step);

const keyOf = (first: Run): string => {
  const words = `${first.id} ${first.orderId} ${first.planHash} ${first.queuedAt}`;
  return `run-${first.id}-${createHash('sha256').update(words).digest('hex').slice(0, 16)}`;
};

/** The run, the one it resumes, and so on to the first. */
export async function chainOf(run: Run, store: Pick<Store, 'runs'>): Promise<readonly Run[]> {
  const chain = [run];
  for (let last = run; last.resumes !== undefined; ) {
    const before = await store.runs.get(last.resumes);
    if (!before || chain.some((one) => one.id === before.id)) break;
    chain.push(before);
    last = before;
  }
  return chain;
}

/** Reads what the run inherits from the runs it goes on with. */
export async function inheritanceOf(run: Run, store: Pick<Store, 'runs'>): Promise<Inheritance> {
  const chain = await chainOf(run, store);
  const done = new Map<string, DoneStep>();
  const begun = new Map<string, StepKey>();
  for (const one of chain.slice(1).reverse()) {
    for (const step of await store.runs.steps(one.id)) {
      const { id, host, item, state, result, refusal } = step;
      const key = { id, host, ...present({ item }) };
      if (isDone(step)) done.set(`${host} ${id}`, { ...key, state, result, ...present({ refusal }) });
      else if (state === 'unknown' || state === 'running') begun.set(`${host} ${id}`, key);
    }
  }
  const key = keyOf(chain.at(-1) ?? run);
  return chain.length === 1 ? { key, done: [] } : { key, done: [...done.values()], begun: [...begun.values()] };
}
