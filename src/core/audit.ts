import type { JsonObject } from './json.ts';

/** Everything that is written down, by its name: what shows the audit has words for each. */
export const auditActions = [
  'bot.started',
  'store.restored',
  'settings.reloaded',
  'login',
  'login.link_created',
  'token.created',
  'token.removed',
  'host.trusted',
  'message.held_secret',
  'order.accepted',
  'order.asked',
  'order.completed',
  'order.refused',
  'order.confirmed',
  'order.approved',
  'order.denied',
  'order.cancelled',
  'order.expired',
  'order.finished',
  'run.started',
  'run.stop_given',
  'run.finished',
] as const;

export type AuditAction = (typeof auditActions)[number];

/** What is written down: who, what, about what, and how it ended. Nothing secret: details are redacted before they are hashed. */
export interface AuditFact {
  readonly actor: string;
  readonly via?: string;
  /** One of `auditActions`; what an older version wrote may be another. */
  readonly action: string;
  readonly orderId?: number;
  readonly details: JsonObject;
}

/** A fact as this version writes it. */
export type NewAuditFact = AuditFact & { readonly action: AuditAction };

/** Which entries are asked for: one actor's only, or only those before a `seq`. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly before?: number | undefined;
}

/** One entry of the chain: `hash` = SHA-256 over `previous` and everything else in the entry. */
export interface AuditEntry extends AuditFact {
  readonly seq: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly previous: string;
  readonly hash: string;
}

/** What `audit verify` found. `head` is the newest hash: note it elsewhere to prove later that nothing was cut off. */
export interface AuditVerdict {
  readonly intact: boolean;
  readonly entries: number;
  readonly head: string;
  /** Where the chain breaks and how. */
  readonly broken?: { readonly seq: number; readonly reason: 'hash' | 'link' | 'gap' | 'missing' };
}
