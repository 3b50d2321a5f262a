import type { Result } from '#core/errors.ts';
import { Fault, type Refusal } from '#core/errors.ts';
import type { HostFacts } from '#core/facts.ts';
import type { Plan } from '#core/plan.ts';
import type { ApplyJob, ExecutionEvent, ExecutionOutcome, PlanJob } from '../executor.ts';

/** A way to another thread or process, for what structured cloning can carry. */
export interface Wire<Sent, Heard> {
  postMessage(message: Sent): void;
  onMessage(listener: (message: Heard) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** What can be asked over the port, with what is answered. */
export interface Calls {
  readonly plan: { readonly ask: PlanJob; readonly answer: Result<Plan> };
  readonly apply: { readonly ask: ApplyJob; readonly answer: ExecutionOutcome };
  readonly facts: { readonly ask: readonly string[]; readonly answer: readonly HostFacts[] };
  readonly close: { readonly ask: null; readonly answer: null };
}

export type CallName = keyof Calls;

/** `signal`: of plan and facts. `boundary` and `now`: of apply. */
export type AbortName = 'signal' | 'boundary' | 'now';

/** To the executor. */
export type Question =
  | {
      readonly [K in CallName]: {
        readonly kind: 'call';
        readonly id: number;
        readonly call: K;
        readonly ask: Calls[K]['ask'];
      };
    }[CallName]
  | { readonly kind: 'abort'; readonly id: number; readonly which: AbortName; readonly reason: string }
  /** All that this apply told before it asked is on disk. */
  | { readonly kind: 'recorded'; readonly id: number }
  /** The end of this apply is on disk; `over`: the journals may go. */
  | { readonly kind: 'concluded'; readonly id: number; readonly over: boolean }
  /** Does it hear? */
  | { readonly kind: 'pulse'; readonly id: 0 };

/** From the executor. */
export type Reply =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Calls[CallName]['answer'] }
  | { readonly kind: 'fault'; readonly id: number; readonly refusal: Refusal }
  | { readonly kind: 'event'; readonly id: number; readonly event: ExecutionEvent }
  /** An apply waits until all that it told is on disk. */
  | { readonly kind: 'record'; readonly id: number }
  /** An apply is over but for its journals, which wait for `concluded`. */
  | { readonly kind: 'conclude'; readonly id: number; readonly outcome: ExecutionOutcome }
  /** It hears. */
  | { readonly kind: 'pulse'; readonly id: 0 };

/** A reason of an abort as a word: other reasons do not survive the way between threads. */
export const reasonWord = (signal: AbortSignal): string =>
  typeof signal.reason === 'string' ? signal.reason : 'cancel';

/** A fault that came over the port. */
export const faultOf = (refusal: Refusal): Fault => new Fault(refusal);
