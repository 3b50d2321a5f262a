import { createHash } from 'node:crypto';
import type { Refusal } from './errors.ts';
import { canonical, type Json, type JsonObject } from './json.ts';
import type { Text } from './text.ts';

/** What to play: made by a plugin or the command line, never by text from chat. `vars` enter as variables, never as templates. */
export interface PlayRequest {
  /** What it is called on screen: «Deploy shop v2». */
  readonly title?: Text;
  /** Path of the playbook, relative to the playbooks folder. */
  readonly playbook: string;
  /** An Ansible pattern that narrows the plays' hosts. */
  readonly limit?: string;
  readonly vars: JsonObject;
  /** Which of `vars` a person named: those replace nothing that the team wrote. */
  readonly typed?: readonly string[];
  /** Which of `vars` nobody typed: they come from the settings of a plugin, or from the operator's own terminal. */
  readonly chosen?: readonly string[];
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  /** The name of the first task to do: those before it are passed over. */
  readonly startAt?: string;
  /** What plays it instead of our own engine: the playbook said so when it was planned. */
  readonly engine?: 'ansible';
  /** Names held for the whole run besides one lock per host: `app:shop`. */
  readonly locks: readonly string[];
}

/** One thing that would change on a host: a file's content, a mode, a service's state. */
export interface Difference {
  /** What would change: a path, a service, `command`. */
  readonly subject: string;
  /** `content`, `mode`, `state`, `runs`… */
  readonly aspect: string;
  readonly before: Json;
  readonly after: Json;
  /** A unified diff, when both sides are text. */
  readonly diff?: string;
  /** It only asks for something: compared between plan and run, but no change. */
  readonly reads?: true;
  /** No change by itself but how the step's are made: as whom, in which folder, with what input. */
  readonly how?: true;
  /** A keyed digest of what is compared but not shown. */
  readonly seal?: string;
}

/**
 * `ok`: nothing to do. `change`: `differences` say what. `skip`: a condition is false. `unknown`: depends on what an
 * earlier change gives when it runs. `failed`: it would fail, `refusal` says why. `unreachable`: the host did not answer.
 */
export type PlannedOutcome = 'ok' | 'change' | 'skip' | 'unknown' | 'failed' | 'unreachable';

/** One task on one host, as planned. */
export interface PlannedStep {
  /** The same in plan and run: play and task numbers, the loop item's index, `h` before a handler: `1.3`, `1.4[2]`, `1.h2`. */
  readonly id: string;
  readonly host: string;
  /** The host it would be done on, where that is another one (`delegate_to`). */
  readonly on?: string;
  readonly task: string;
  readonly module: string;
  readonly outcome: PlannedOutcome;
  readonly differences: readonly Difference[];
  readonly refusal?: Refusal;
}

/** What a run may use that nobody may have used for its plan, by name, each with a digest. */
export interface MayUse {
  /** The files, links and empty folders around the playbook. */
  readonly files: Readonly<Record<string, string>>;
  /**
   * Each group and host of the inventory, and what hosts of the same groups have of these: where it belongs stands under no
   * name, each variable under its own. The digests are keyed, for there are secrets among them.
   */
  readonly inventory: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** All hosts of the inventory, in its order. */
  readonly order: readonly string[];
}

/** What a run would do. Approvals bind to `hash`. */
export interface Plan {
  readonly request: PlayRequest;
  /** The files read, by path, with their SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  readonly hosts: readonly string[];
  /** Those of `hosts` that no play names by itself: tasks are delegated to them, or bring them into a play (`add_host`). */
  readonly delegated?: readonly string[];
  readonly steps: readonly PlannedStep[];
  /** Only where steps are `unknown`: a run uses of this what is still the same. */
  readonly mayUse?: MayUse;
  readonly hash: string;
}

/** The hash an approval binds to: everything in the plan except the hash itself. */
export const planHash = (plan: Omit<Plan, 'hash'>): string =>
  createHash('sha256')
    .update(canonical(plan as unknown as Json))
    .digest('hex');

/** True for a step that counts as no change and still does something in a run: a command, or a question to a service. */
export const runsAnyway = ({ outcome, differences }: PlannedStep): boolean =>
  outcome === 'ok' && differences.some(({ how }) => !how);

/** How many steps of each outcome. */
export const countOutcomes = (steps: readonly PlannedStep[]): Readonly<Record<PlannedOutcome, number>> => {
  const counts = { ok: 0, change: 0, skip: 0, unknown: 0, failed: 0, unreachable: 0 };
  for (const step of steps) counts[step.outcome] += 1;
  return counts;
};
