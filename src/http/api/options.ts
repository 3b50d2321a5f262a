import type { ActorId } from '#core/actor.ts';
import type { Changes } from '#core/changes.ts';
import type { Receiver } from '#core/chat.ts';
import type { Clock } from '#core/clock.ts';
import type { Refusal } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import type { ReadLog } from '#core/run-log.ts';
import type { Sight } from '#core/sight.ts';
import type { AuditLog, ConsoleMessages, Orders, People, Runs } from '#core/store.ts';

/** What the API works with. */
export interface ApiOptions {
  readonly receiver: Receiver;
  readonly orders: Pick<Orders, 'get' | 'byEvent'>;
  readonly runs: Pick<Runs, 'get' | 'steps'>;
  readonly audit: Pick<AuditLog, 'last'>;
  readonly people: Pick<People, 'get' | 'all'>;
  readonly messages: Pick<ConsoleMessages, 'get'>;
  /** The names of the console's channels. */
  channels(): readonly string[];
  readonly sight: Sight;
  readonly changes: Pick<Changes, 'subscribe'>;
  readonly clock: Clock;
  /** The whole plan of an order, as text in its reader's language (`asked`: their header); undefined when it has none. */
  planText(orderId: number, reader: ActorId, asked: string | undefined): Promise<string | undefined>;
  /** A piece of a run's log. */
  readonly readLog: ReadLog;
  /** Why a line is not taken that holds a secret, or of somebody who tried too often; undefined when it is taken. */
  holdsSecret(actor: ActorId, text: string, channel: string): Promise<Refusal | undefined>;
  /** The last gate: hides known secrets in whatever is answered. */
  redact<T extends Json>(value: T): T;
}
