import type { Json } from '#core/json.ts';
import type { Text } from '#core/text.ts';
import type { Unknown } from '#playbook/templates/scope.ts';
import type { Item, Play, Role, Task } from '#playbook/tree.ts';
import type { HostState, Made } from './host-state.ts';
import type { TagChoice } from './tags.ts';

/** What the loop of an include gives the tasks inside, on one host. */
export type More = Readonly<Record<string, Json | Unknown>>;

/** A play while it is gone over with some of its hosts. */
export interface PlayGoing {
  readonly play: Play;
  /** From 1, as in the ids of its tasks. */
  readonly number: number;
  readonly name: string;
  /** All hosts of the play, those of other batches too. */
  readonly everyone: readonly HostState[];
  /** Those of this batch. */
  readonly states: readonly HostState[];
  readonly tags: TagChoice;
  /** The play's handlers, and those that includes brought in. */
  readonly handlers: Task[];
  /** How often each handler has run. */
  readonly rounds: Map<string, number>;
  /** The play's roles, and those that includes made public. */
  readonly roles: Role[];
}

/** A list of tasks while it is gone over: the play, and what the includes around it give each host. */
export interface BodyGoing {
  readonly going: PlayGoing;
  readonly more: (state: HostState) => More;
  /** What of that is made of typed variables. */
  readonly made?: (state: HostState) => ReadonlyMap<string, Made> | undefined;
  /** What comes after the task that is at work, as far as it is written down. */
  readonly following?: Following;
  /** In a plan: nobody knows yet whether these tasks run at all. */
  readonly perhaps?: Perhaps;
}

/** Why nobody knows whether the tasks of an include run, and the includes around them, by their places. */
export interface Perhaps {
  readonly because: Text;
  readonly within: readonly string[];
}

/** A place in a list of tasks, and what comes after the list. */
export interface Following {
  readonly items: readonly Item[];
  readonly from: number;
  readonly outer: Following | undefined;
}
