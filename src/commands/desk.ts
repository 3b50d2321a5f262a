import type { HoldsSecret } from '#audit/guesses.ts';
import type { Redactor } from '#audit/redact.ts';
import type { Actor, ActorId } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { Changes } from '#core/changes.ts';
import type { Clock } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import type { Log } from '#core/log.ts';
import type { Plan } from '#core/plan.ts';
import type { Policy } from '#core/policy.ts';
import type { Prompt } from '#core/prompt.ts';
import type { Run, Runner, Step } from '#core/run.ts';
import type { Store } from '#core/store.ts';
import type { Language, Text } from '#core/text.ts';
import type { PluginHost } from './plugins/contract.ts';

/** What the order path asks of the plugins. */
export type Plugins = Pick<PluginHost, 'commands' | 'answer' | 'propose' | 'report' | 'listed'>;

/** How plans and runs look; the room of runs draws them. */
export interface RunCards {
  plan(plan: Plan, title: Text): Card;
  /** `plan`: what the run was to do, where it is still known. */
  run(run: Run, steps: readonly Step[], title: Text, plan?: Plan): Card;
}

/** Everything the order path works with, handed over once. Functions give the present configuration. */
export interface Desk {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
  readonly holdsSecret: HoldsSecret;
  readonly changes: Changes;
  readonly plugins: Plugins;
  readonly runner: Runner;
  readonly cards: RunCards;
  policy(): Policy;
  fleet(): Fleet;
  playbooks(): readonly string[];
  /** Those that have a host here, or may have: what has none is not offered. */
  playbooksHere(): readonly string[];
  /** What playbooks ask for, by their names. */
  prompts(): ReadonlyMap<string, readonly Prompt[]>;
  /** Why there are no playbooks, when their folder is not there. */
  noPlaybooks(): Refusal | undefined;
  /** Reads the inventory and the list of playbooks again: an order may name what came a moment ago. */
  lookAgain(): Promise<void>;
  secrets(): readonly string[];
  language(): Language;
  /** The actor with this id; undefined for a stranger. */
  person(id: ActorId): Promise<Actor | undefined>;
  /** Everybody the bot knows. */
  people(): Promise<readonly Actor[]>;
  /** Where changes are shown that were asked for outside any chat. */
  board(): { readonly chat: string; readonly channel: string };
  /** Runs somebody asked to stop, and the order that asked first; a stop does not outlive the bot, so this is kept nowhere else. */
  readonly stopping: Map<number, number>;
  /** What ends the work on each order that is being worked on. */
  readonly working: Map<number, AbortController>;
  /** Called after something was put into the outbox. */
  posted(): void;
}
