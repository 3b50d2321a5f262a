import type { Refusal } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Unknown } from '#playbook/templates/scope.ts';
import type { Stream } from './live.ts';

/** How a step ended; in a plan `changed` means it would change. */
export type StepEndState = 'ok' | 'changed' | 'skipped' | 'failed' | 'ignored' | 'unreachable' | 'unknown';

/** What one step came to. */
export interface StepEnd {
  readonly state: StepEndState;
  /** As they may be shown and stored. */
  readonly differences: readonly Difference[];
  /** What `register` gets, whole and unredacted. */
  readonly result: JsonObject | Unknown;
  /** It has something to tell handlers, though its state says otherwise (an ignored failure that changed something). */
  readonly changed: boolean;
  readonly refusal?: Refusal;
  /** The host it was done on, where the task was delegated to another. */
  readonly on?: string;
}

/** Which step. */
export interface StepName {
  readonly host: string;
  readonly id: string;
  readonly task: string;
  readonly module: string;
  readonly noLog: boolean;
  /** What stands for the items of the loops it is in. */
  readonly item?: string;
}

/** Is told what happens, in order; a plan is made of it, or events. */
export interface Reporter {
  play(name: string): void;
  task(id: string, name: string, handler: boolean): void;
  began(step: StepName): void;
  output(step: StepName, text: string, stream?: Stream): void;
  ended(step: StepName, end: StepEnd): void;
}
