import type { Generated, Kysely } from 'kysely';
import type { Incoming } from '#core/chat.ts';
import type { Approval, OrderState } from '#core/order.ts';
import type { Risk } from '#core/policy.ts';
import type { RunState, StepState } from '#core/run.ts';

/**
 * The tables, one interface each, alike in every database. Times of the order path are ISO 8601 text in UTC with
 * milliseconds, so they sort as text; JSON is text; yes and no are 1 and 0.
 */
export interface Schema {
  readonly migrations: MigrationsTable;
  readonly inbox: InboxTable;
  readonly orders: OrdersTable;
  readonly plans: PlansTable;
  readonly approvals: ApprovalsTable;
  readonly runs: RunsTable;
  readonly steps: StepsTable;
  readonly locks: LocksTable;
  readonly outbox: OutboxTable;
  readonly audit: AuditTable;
  readonly plugin_values: PluginValuesTable;
  readonly samples: SamplesTable;
  readonly people: PeopleTable;
  readonly tokens: TokensTable;
  readonly links: LinksTable;
  readonly sessions: SessionsTable;
  readonly console_messages: ConsoleMessagesTable;
  readonly files: FilesTable;
}

/** A database with our tables: the pool, a connection or a transaction. */
export type Database = Kysely<Schema>;

interface MigrationsTable {
  name: string;
  applied_at: string;
}

interface InboxTable {
  seq: Generated<number>;
  event_id: string;
  incoming: string;
  order_id: number | null;
}

export interface OrdersTable {
  id: Generated<number>;
  event_id: string;
  kind: Incoming['kind'];
  chat: string;
  channel: string;
  thread: string | null;
  actor: string;
  via: string | null;
  text: string;
  confirmed: number;
  state: OrderState;
  command: string | null;
  args: string | null;
  plan_hash: string | null;
  requirement: string | null;
  expires_at: string | null;
  run_id: number | null;
  risk: Risk | null;
  resumes: number | null;
  taken_up: number | null;
  seen_runs: string | null;
  card: string | null;
  refusal: string | null;
  created_at: string;
  finished_at: string | null;
}

interface PlansTable {
  hash: string;
  plan: string;
}

export interface ApprovalsTable {
  seq: Generated<number>;
  order_id: number;
  actor: string;
  verdict: Approval['verdict'];
  plan_hash: string;
  at: string;
}

export interface RunsTable {
  id: Generated<number>;
  order_id: number;
  actor: string;
  state: RunState;
  request: string;
  plan_hash: string;
  recap: string;
  refusal: string | null;
  resumes: number | null;
  queued_at: string;
  started_at: string | null;
  finished_at: string | null;
  found_at: string | null;
}

export interface StepsTable {
  seq: Generated<number>;
  run_id: number;
  host: string;
  id: string;
  task: string;
  module: string;
  item: string | null;
  done_on: string | null;
  state: StepState;
  started_at: string;
  finished_at: string | null;
  differences: string;
  result: string;
  refusal: string | null;
}

interface LocksTable {
  name: string;
  run_id: number;
  since: string;
}

export interface OutboxTable {
  seq: Generated<number>;
  key: string;
  chat: string;
  channel: string;
  thread: string | null;
  to_actor: string | null;
  card: string;
  revision: number;
  /** The newest revision the chat has taken or will never take. */
  settled: number;
  not_before: string | null;
  reason: string | null;
}

export interface AuditTable {
  seq: number;
  at: string;
  actor: string;
  via: string | null;
  action: string;
  order_id: number | null;
  details: string;
  previous: string;
  hash: string;
}

interface PluginValuesTable {
  plugin: string;
  key: string;
  value: string;
}

interface SamplesTable {
  plugin: string;
  /** Milliseconds since the epoch. */
  at: number;
  /** A JSON object of numbers; its keys are encoded (samples.ts), so that any name is a plain JSON label. */
  figures: string;
}

export interface PeopleTable {
  id: string;
  kind: 'person' | 'service';
  name: string;
  roles: string;
  language: 'en' | 'fr' | null;
  time_zone: string | null;
}

interface TokensTable {
  id: Generated<number>;
  hash: string;
  actor: string;
  label: string;
  created_at: string;
  used_at: string | null;
}

interface LinksTable {
  hash: string;
  actor: string;
  expires_at: string;
}

interface SessionsTable {
  hash: string;
  actor: string;
  expires_at: string;
  token: string | null;
}

export interface ConsoleMessagesTable {
  id: Generated<number>;
  key: string;
  channel: string;
  thread: string | null;
  to_actor: string | null;
  author: string | null;
  text: string | null;
  card: string | null;
  revision: number;
  changed: number;
  at: string;
}

interface FilesTable {
  id: string;
  name: string;
  type: string;
  bytes: number;
}
