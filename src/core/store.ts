import type { Actor, ActorId } from './actor.ts';
import type { AuditEntry, AuditFact, AuditFilter } from './audit.ts';
import type { SampleSummary } from './capabilities.ts';
import type { Card } from './card.ts';
import type { Incoming, Outgoing } from './chat.ts';
import type { Refusal } from './errors.ts';
import type { StoredFile } from './files.ts';
import type { Json } from './json.ts';
import type { Approval, Order, OrderState } from './order.ts';
import type { Plan } from './plan.ts';
import type { Recap, Run, RunState, Step } from './run.ts';

/** Incoming events, one row per event id. */
export interface Inbox {
  /** False when that event id is there already. */
  add(incoming: Incoming): Promise<boolean>;
  /** Whether that event id is there: it stays when all else about it is forgotten. */
  has(eventId: string): Promise<boolean>;
  /** The message that a tap or a form came from. */
  about(eventId: string): Promise<string | undefined>;
  /** The order that came of the event. */
  settle(eventId: string, orderId: number): Promise<void>;
}

/** What a change of an order may set. `from` guards it: nothing happens unless the order is in one of these states. */
export type OrderChange = Partial<
  Pick<
    Order,
    | 'state'
    | 'command'
    | 'args'
    | 'planHash'
    | 'seenRuns'
    | 'requirement'
    | 'expiresAt'
    | 'runId'
    | 'card'
    | 'refusal'
    | 'finishedAt'
    | 'text'
    | 'risk'
    | 'resumes'
    | 'takenUp'
  >
>;

export interface Orders {
  add(order: Omit<Order, 'id'>): Promise<Order>;
  get(id: number): Promise<Order | undefined>;
  byEvent(eventId: string): Promise<Order | undefined>;
  /** The changed order, or undefined when it was in none of the states `from`. */
  change(id: number, from: readonly OrderState[], change: OrderChange): Promise<Order | undefined>;
  inStates(states: readonly OrderState[]): Promise<readonly Order[]>;
  /** Newest first. */
  last(
    limit: number,
    filter?: { readonly actor?: ActorId; readonly channel?: string; readonly thread?: string },
  ): Promise<readonly Order[]>;
}

export interface Plans {
  put(plan: Plan): Promise<void>;
  get(hash: string): Promise<Plan | undefined>;
  /** The hosts of a plan, without reading the rest of it, which may be megabytes; undefined when there is no such plan. */
  hosts(hash: string): Promise<readonly string[] | undefined>;
}

export interface Approvals {
  /** False when this actor has already given this verdict for this order and plan. */
  add(approval: Approval): Promise<boolean>;
  of(orderId: number): Promise<readonly Approval[]>;
}

export type RunChange = Partial<Pick<Run, 'state' | 'recap' | 'refusal' | 'startedAt' | 'finishedAt' | 'foundAt'>>;

export interface Runs {
  add(run: Omit<Run, 'id'>): Promise<Run>;
  get(id: number): Promise<Run | undefined>;
  change(id: number, from: readonly RunState[], change: RunChange): Promise<Run | undefined>;
  inStates(states: readonly RunState[]): Promise<readonly Run[]>;
  /** Newest first; `before` is exclusive. */
  last(limit: number, before?: number): Promise<readonly Run[]>;
  /** Runs that were over, or found to be, at this time or later, with a step whose end nobody saw. */
  cut(since: string): Promise<readonly Run[]>;
  /** The run that goes on with this one: there is never more than one. */
  resumedBy(id: number): Promise<Run | undefined>;
  /** Creates or replaces the step (by run, host and step id). */
  putStep(step: Step): Promise<void>;
  /** In the order they began. */
  steps(runId: number): Promise<readonly Step[]>;
}

/** Named locks: one holder each; gone with the run. */
export interface Locks {
  /** Takes all names or none; the holder of the first taken one when it could not. */
  take(
    names: readonly string[],
    runId: number,
  ): Promise<{ readonly taken: true } | { readonly taken: false; readonly name: string; readonly runId: number }>;
  release(runId: number): Promise<void>;
  held(): Promise<readonly { readonly name: string; readonly runId: number; readonly since: string }[]>;
}

/** Milliseconds: a message is never put off for longer at once. */
export const longestPostponedMs = 60_000;

/** What must be said: one row per message key, holding the newest revision only. */
export interface Outbox {
  /** Creates the message or replaces its content, with the next revision. */
  say(message: Omit<Outgoing, 'revision'>): Promise<Outgoing>;
  get(key: string): Promise<Outgoing | undefined>;
  /** Messages whose keys begin so, in the order in which they were first said. */
  startingWith(prefix: string): Promise<readonly Outgoing[]>;
  /** Messages whose newest revision the chat has not taken, oldest first. */
  due(chat: string, now: string, limit: number): Promise<readonly Outgoing[]>;
  delivered(key: string, revision: number): Promise<void>;
  /** Another try not before `at`. */
  postpone(key: string, at: string, reason: Refusal): Promise<void>;
  /** Never again: the chat will not take it. */
  drop(key: string, revision: number, reason: Refusal): Promise<void>;
}

/** Append-only. */
export interface AuditLog {
  append(fact: AuditFact): Promise<AuditEntry>;
  /** Newest first. */
  last(limit: number, filter?: AuditFilter): Promise<readonly AuditEntry[]>;
  /** From `seq` on, oldest first. */
  from(seq: number, limit: number): Promise<readonly AuditEntry[]>;
}

/** A plugin's own key-value space, and samples over time (`series`). */
export interface PluginValues {
  get(plugin: string, key: string): Promise<Json | undefined>;
  set(plugin: string, key: string, value: Json): Promise<void>;
  remove(plugin: string, key: string): Promise<void>;
  /** One row per plugin and time; times in ms since the epoch. */
  addSample(plugin: string, at: number, values: Readonly<Record<string, number>>): Promise<void>;
  /** Averages of one name in steps of `stepMs`, as [start of step, average]; steps without samples are absent. */
  samples(
    plugin: string,
    name: string,
    from: number,
    to: number,
    stepMs: number,
  ): Promise<readonly (readonly [number, number])[]>;
  /** Figures of every sample of one name, and the lowest and highest of each step of `stepMs` as points. */
  sampleSummary(plugin: string, name: string, from: number, to: number, stepMs: number): Promise<SampleSummary>;
  forgetSamples(plugin: string, before: number): Promise<void>;
}

/** People and services beside those of the configuration. */
export interface People {
  put(actor: Actor): Promise<void>;
  get(id: ActorId): Promise<Actor | undefined>;
  all(): Promise<readonly Actor[]>;
}

/** Secrets are kept as SHA-256 only. */
export interface Credentials {
  addToken(token: {
    readonly hash: string;
    readonly actor: ActorId;
    readonly label: string;
    readonly createdAt: string;
  }): Promise<void>;
  tokenActor(hash: string): Promise<ActorId | undefined>;
  tokens(): Promise<
    readonly {
      readonly id: number;
      readonly actor: ActorId;
      readonly label: string;
      readonly createdAt: string;
      readonly usedAt?: string;
    }[]
  >;
  removeToken(id: number): Promise<boolean>;
  addLink(link: { readonly hash: string; readonly actor: ActorId; readonly expiresAt: string }): Promise<void>;
  /** Uses the link up; undefined when unknown, used or expired. */
  takeLink(hash: string, now: string): Promise<ActorId | undefined>;
  /** `token` is the hash of the token that opened it: the session ends with it. */
  addSession(session: {
    readonly hash: string;
    readonly actor: ActorId;
    readonly expiresAt: string;
    readonly token?: string;
  }): Promise<void>;
  sessionActor(hash: string, now: string): Promise<ActorId | undefined>;
  removeSession(hash: string): Promise<void>;
}

/** A message of the console, the bot's or a person's. `id` ascends; an edit keeps the id and raises `revision` and `changed`. */
export interface ConsoleMessage {
  readonly id: number;
  readonly key: string;
  readonly channel: string;
  readonly thread?: string;
  readonly to?: ActorId;
  /** Absent for the bot. */
  readonly author?: ActorId;
  readonly text?: string;
  readonly card?: Card;
  readonly revision: number;
  /** A number that ascends with every creation and edit in the whole console: the stream's event id. */
  readonly changed: number;
  readonly at: string;
}

/** What the console shows: it is its own chat platform, so its messages live here. */
export interface ConsoleMessages {
  /** Creates the message, or edits it when the revision is newer; undefined when there was nothing to do. */
  put(message: Omit<ConsoleMessage, 'id' | 'changed'>): Promise<ConsoleMessage | undefined>;
  get(key: string): Promise<ConsoleMessage | undefined>;
  /** Top-level messages with `before` exclusive, oldest first in the answer; for one reader. */
  page(query: {
    readonly channel: string;
    readonly reader: ActorId;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly ConsoleMessage[]>;
  /** The newest replies of a thread with `before` exclusive, oldest first in the answer; for one reader. */
  thread(query: {
    readonly thread: string;
    readonly reader: ActorId;
    readonly before?: number;
    readonly limit: number;
  }): Promise<readonly ConsoleMessage[]>;
  /** How many replies of each thread one reader may read; a thread without any is absent. */
  replies(query: {
    readonly threads: readonly string[];
    readonly reader: ActorId;
  }): Promise<ReadonlyMap<string, number>>;
  /** Everything created or edited after `changed`, in that order. */
  since(query: {
    readonly changed: number;
    readonly reader: ActorId;
    readonly limit: number;
  }): Promise<readonly ConsoleMessage[]>;
  newest(): Promise<number>;
}

/** The index of stored files; the bytes lie in the data folder. */
export interface FileIndex {
  put(file: StoredFile): Promise<void>;
  get(id: string): Promise<StoredFile | undefined>;
  remove(id: string): Promise<void>;
}

/** Which rows to look at: the next `limit` after the number `after`; those go that are older than `before` (ISO 8601). */
export interface PastBatch {
  readonly before: string;
  readonly after: number;
  readonly limit: number;
}

/**
 * Forgets what is over and old, a batch at a time: never the audit, never what waits for somebody or something. Each
 * gives the `after` of the next batch, undefined when there is none. A number that was used is never used again.
 */
export interface Past {
  /** Runs with their steps; one that was resumed goes with the one that went on with it. */
  forgetRuns(batch: PastBatch): Promise<number | undefined>;
  /** Orders without a run, with their approvals, messages and plans; the ids of their events stay known. */
  forgetOrders(batch: PastBatch): Promise<number | undefined>;
}

/** Everything that can be read and written, each repository typed by the words of `core`. */
export interface Repositories {
  readonly inbox: Inbox;
  readonly orders: Orders;
  readonly plans: Plans;
  readonly approvals: Approvals;
  readonly runs: Runs;
  readonly locks: Locks;
  readonly outbox: Outbox;
  readonly audit: AuditLog;
  readonly pluginValues: PluginValues;
  readonly people: People;
  readonly credentials: Credentials;
  readonly console: ConsoleMessages;
  readonly files: FileIndex;
  readonly past: Past;
}

/**
 * The store. `transaction` runs the work atomically: all of it is on disk when it resolves, none of it when it throws.
 * Inside it use only what it hands over; waiting for anything else there would stop everybody.
 * Faults: `store.full` (the disk is full), `store.failed`; both retryable.
 */
export interface Store extends Repositories {
  transaction<T>(work: (inside: Repositories) => Promise<T>): Promise<T>;
  /** Copies the whole store to a file while it is in use. */
  copyTo(path: string): Promise<void>;
  close(): Promise<void>;
}

/** A recap with nothing in it. */
export const emptyRecap: Recap = {};
