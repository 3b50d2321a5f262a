import type { Refusal, Result } from '#core/errors.ts';
import type { HostFacts } from '#core/facts.ts';
import type { JsonObject } from '#core/json.ts';
import type { Plan, PlayRequest } from '#core/plan.ts';
import type { Recap, Step, StepState } from '#core/run.ts';

/** What to execute. `key` is the same for a run and everything that resumes it, and for nothing else: it names the journal on the hosts. */
export interface ExecutionJob {
  readonly key: string;
  readonly request: PlayRequest;
}

/** A job to plan. */
export interface PlanJob extends ExecutionJob {
  /** The hosts that may be asked anything; any when absent. Where a play names others nothing is connected at all. */
  readonly within?: readonly string[];
  /** Its variables come out of the store, where secrets in them are sealed. */
  readonly stored?: true;
}

/** One task on one host. */
export interface StepKey {
  readonly id: string;
  readonly host: string;
  /** What stands for the items of the loops it is in. */
  readonly item?: string;
}

/** A step an interrupted run has done already, with what it gave; a failure of the task itself is an end as well. */
export interface DoneStep extends StepKey {
  readonly state: StepState;
  readonly result: JsonObject;
  readonly refusal?: Refusal;
}

/** A job to do for real. With a plan, nothing is done that the plan did not show; without one (command line) nothing is compared. */
export interface ApplyJob extends ExecutionJob {
  readonly plan?: Plan;
  readonly done: readonly DoneStep[];
  /** Present when an interrupted run goes on: the steps it had begun and of which nobody saw the end. */
  readonly begun?: readonly StepKey[];
}

/** A step as it goes, without the run it belongs to: the executor knows no runs. */
export type ExecutedStep = Omit<Step, 'runId'>;

/** What happens while a job is applied, in order. */
export type ExecutionEvent =
  | { readonly kind: 'play'; readonly name: string }
  | { readonly kind: 'task'; readonly id: string; readonly name: string; readonly handler: boolean }
  | { readonly kind: 'step'; readonly step: ExecutedStep }
  | { readonly kind: 'output'; readonly host: string; readonly stepId: string; readonly text: string };

/** How it ended. `interrupted`: stopped so that it can be resumed. */
export interface ExecutionOutcome {
  readonly state: 'done' | 'failed' | 'cancelled' | 'interrupted' | 'drifted';
  readonly recap: Recap;
  readonly refusal?: Refusal;
}

/** How to stop: `boundary` after the steps under way, `now` by killing them. Aborted with the reason `interrupt` the run can be resumed. */
export interface ExecutionControl {
  readonly boundary: AbortSignal;
  readonly now: AbortSignal;
  /** Resolves when all that was told so far is on disk. Absent where nothing is kept. */
  recorded?(): Promise<void>;
  /**
   * Puts the end on disk, then says whether the journals on the hosts have had their use. Until then they stay: they are
   * all that is known of a step whose end nobody has written down. Absent where nothing is kept, so nothing is resumed.
   */
  conclude?(outcome: ExecutionOutcome): Promise<boolean>;
}

/** The reason of an abort that means «stop, and go on another time». */
export const interrupt = 'interrupt';

/** Plays playbooks on hosts. Everything in and out can be cloned between threads. */
export interface Executor {
  /** Asks the hosts what is there and says what would change; changes nothing. */
  plan(job: PlanJob, signal: AbortSignal): Promise<Result<Plan>>;
  /** Does it. Never throws for what happens on a host; a Fault means that the executor itself is gone. */
  apply(job: ApplyJob, events: (event: ExecutionEvent) => void, control: ExecutionControl): Promise<ExecutionOutcome>;
  /** One round trip per host, read-only; one answer per name, in that order. */
  facts(hosts: readonly string[], signal: AbortSignal): Promise<readonly HostFacts[]>;
  close(): Promise<void>;
}
