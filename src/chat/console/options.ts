import type { ActorId } from '#core/actor.ts';
import type { NewAuditFact } from '#core/audit.ts';
import type { Changes } from '#core/changes.ts';
import type { Receiver } from '#core/chat.ts';
import type { Clock } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Files } from '#core/files.ts';
import type { Log } from '#core/log.ts';
import type { Run, RunEvent } from '#core/run.ts';
import type { ReadLog } from '#core/run-log.ts';
import type { Sight } from '#core/sight.ts';
import type { AuditLog, ConsoleMessages, Credentials, Orders, People, Runs } from '#core/store.ts';
import type { Language } from '#core/text.ts';
import type { WireChannel, WireCompletion } from './protocol.ts';

/** The console's part of the configuration. */
export interface ConsoleSettings {
  readonly channels: readonly WireChannel[];
  /** How long a login lasts. */
  readonly sessionHours: number;
}

/** Everything the console works with. Functions give the present configuration. */
export interface ConsoleOptions {
  readonly messages: ConsoleMessages;
  readonly people: Pick<People, 'get'>;
  readonly credentials: Pick<Credentials, 'addLink' | 'takeLink' | 'addSession' | 'removeSession' | 'tokenActor'>;
  readonly files: Pick<Files, 'get'>;
  readonly receiver: Receiver;
  /** Whether an event was taken before; that is known for ever. */
  wasReceived(eventId: string): Promise<boolean>;
  readonly orders: Pick<Orders, 'get'>;
  readonly runs: Pick<Runs, 'get' | 'last' | 'steps' | 'resumedBy'>;
  readonly audit: Pick<AuditLog, 'last'>;
  /** Writes an audit entry; when it cannot, nobody is let in. */
  record(fact: NewAuditFact): Promise<unknown>;
  readonly sight: Sight;
  readonly changes: Changes;
  /** Events of all runs as they happen, for the live log. Returns the way to stop listening. */
  listenRuns(listener: (event: RunEvent) => void): () => void;
  readonly clock: Clock;
  /** Who may say yes to a waiting order now, and who may say no. */
  approvers(orderId: number): Promise<{ readonly approve: readonly ActorId[]; readonly deny: readonly ActorId[] }>;
  /** Those who approved the plan of a run. */
  approvedBy(run: Run): Promise<readonly ActorId[]>;
  /** The whole plan of an order, as text in its reader's language (`asked`: their header); undefined when it has none. */
  planText(orderId: number, reader: ActorId, asked: string | undefined): Promise<string | undefined>;
  /** A piece of a run's log. */
  readonly readLog: ReadLog;
  /** Why a line is not taken that holds a secret, or of somebody who tried too often; undefined when it is taken. */
  holdsSecret(actor: ActorId, text: string, channel: string): Promise<Refusal | undefined>;
  /** Hides known secrets in text. */
  redact(text: string): string;
  readonly log: Log;
  settings(): ConsoleSettings;
  language(): Language;
  complete(actor: ActorId, channel: string, line: string, cursor: number): Promise<readonly WireCompletion[]>;
  /** `line` followed by `--name value` for each value: what sending a form means. */
  formLine(line: string, values: Readonly<Record<string, string>>): string;
}
