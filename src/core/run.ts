import type { Refusal, Result } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Difference, Plan, PlayRequest } from './plan.ts';

/** `interrupted`: the bot died while it ran; it can be resumed. `drifted`: stopped before a change the plan did not show. */
export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted' | 'drifted';

/** The refusal of a run that a copy of the store was made in: it is not gone on with, whatever its state. */
export const ofACopyCode = 'run.of_a_copy';

const stopped: ReadonlySet<RunState> = new Set<RunState>(['interrupted', 'cancelled']);

/**
 * Whether a run can be gone on with: it was stopped, or it failed with a step whose end nobody saw, or where it went on with
 * another and did not reach a host: what that one began there may be under way still. Another engine knows no way on.
 */
export const isResumable = ({
  state,
  recap,
  resumes,
  request,
}: Pick<Run, 'state' | 'recap' | 'resumes' | 'request'>): boolean =>
  request.engine === undefined &&
  (stopped.has(state) ||
    (state === 'failed' &&
      Object.values(recap).some(
        ({ unknown = 0, unreachable }) => unknown > 0 || (resumes !== undefined && unreachable > 0),
      )));

/** One execution of a plan. */
export interface Run {
  readonly id: number;
  readonly orderId: number;
  readonly actor: string;
  readonly state: RunState;
  readonly request: PlayRequest;
  readonly planHash: string;
  readonly recap: Recap;
  readonly refusal?: Refusal;
  /** The run this one goes on with. */
  readonly resumes?: number;
  readonly queuedAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  /** When a start of the bot found that it had died in this run; its `finishedAt` is when it was last seen alive. */
  readonly foundAt?: string;
}

/** Ansible's recap, by host, and what Ansible does not count: steps whose end nobody saw. */
export type Recap = Readonly<Record<string, HostRecap>>;

export interface HostRecap {
  readonly ok: number;
  readonly changed: number;
  readonly unreachable: number;
  readonly failed: number;
  readonly skipped: number;
  readonly rescued: number;
  readonly ignored: number;
  /** Steps that began and whose end nobody saw; left out when there are none. */
  readonly unknown?: number;
  /** Ignored failures that changed something all the same: `changed` and `ignored` both hold them; left out when there are none. */
  readonly ignoredChanges?: number;
}

/** How many steps were as wanted: Ansible's `ok` holds those that changed something, and ignored failures, as well. */
export const onlyOk = ({ ok, changed, ignored, ignoredChanges = 0 }: HostRecap): number =>
  Math.max(0, ok - changed - ignored + ignoredChanges);

/** `unknown`: it began and the connection or the bot died before its end was seen. */
export type StepState = 'running' | 'ok' | 'changed' | 'skipped' | 'failed' | 'ignored' | 'unreachable' | 'unknown';

/** One task on one host, as it ran. `result` holds the module's return values, redacted and cut to size. */
export interface Step {
  readonly runId: number;
  /** As in the plan. */
  readonly id: string;
  readonly host: string;
  /** The host it was done on, where that is another one (`delegate_to`). */
  readonly on?: string;
  readonly task: string;
  readonly module: string;
  /** What stands for the items of the loops it is in; what they are is not to be read from it. */
  readonly item?: string;
  readonly state: StepState;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly differences: readonly Difference[];
  readonly result: JsonObject;
  readonly refusal?: Refusal;
}

/** A step whose end nobody saw, of a run that is over: what it began may still go on on that host. */
export interface CutStep {
  readonly run: Run;
  readonly task: string;
  readonly host: string;
}

/** What happens while a run goes on, in order. */
export type RunEvent =
  | { readonly kind: 'run'; readonly run: Run }
  | { readonly kind: 'step'; readonly step: Step }
  /** Its log is so many bytes long now. */
  | { readonly kind: 'log'; readonly runId: number; readonly size: number };

/** The code of the refusal of a plan that would reach hosts it may not ask. */
export const beyondCode = 'plan.beyond';

/** Who stops a run, and on whose account. */
export interface StoppedBy {
  readonly actor: string;
  readonly via?: string;
}

/** Plans and runs, as the order path sees them. */
export interface Runner {
  /**
   * Asks the hosts what is there and says what would change; changes nothing. Only hosts of `within` are asked: where a
   * play names others nothing is connected at all, and the refusal (`beyondCode`) names them in its details as `hosts`.
   */
  plan(request: PlayRequest, within: readonly string[], signal: AbortSignal): Promise<Result<Plan>>;
  /** Tells the queue that a run row with state `queued` is there. The first one begins all that is in the queue. */
  enqueue(runId: number): void;
  /** `boundary`: after the steps under way; `now`: kill them. `by`: who says so. Refused when the run is over. */
  cancel(runId: number, how: 'boundary' | 'now', by?: StoppedBy): Promise<Result<void>>;
  /** What runs that are over have left on these hosts and may still go on there. */
  cutOn(hosts: readonly string[]): Promise<readonly CutStep[]>;
  /**
   * The runs that came after this one and change the same: those that go on or wait, and the newest that is over, the newest
   * first.
   */
  cameAfter(runId: number): Promise<readonly Run[]>;
  /** Events of all runs, after they are stored. Returns the way to stop listening. */
  listen(listener: (event: RunEvent) => void): () => void;
  /** Stops all that runs after the steps under way, now and later: nothing can be written down any more. */
  halt(): void;
  stop(): Promise<void>;
}
