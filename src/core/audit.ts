import type { JsonObject } from './json.ts';

/** What is written down: who, what, about what, and how it ended. Nothing secret: details are redacted before they are hashed. */
export interface AuditFact {
  readonly actor: string;
  readonly via?: string;
  /** `order.refused`, `order.accepted`, `order.confirmed`, `order.approved`, `order.finished`, `run.started`, `run.finished`, `host.trusted`, `token.created`, `login`… */
  readonly action: string;
  readonly orderId?: number;
  readonly details: JsonObject;
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
