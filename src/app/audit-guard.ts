import type { AuditAction, AuditFact } from '#core/audit.ts';
import { Fault, type Refusal } from '#core/errors.ts';

/** What keeps entries out of the audit while the bot runs. Without an entry nothing is done, so nothing is. */
export interface AuditGuard {
  /** Asked before each entry is written; throws the Fault that keeps it out. */
  before(fact: AuditFact): void;
  /** Until told otherwise nothing is written before an entry of this kind; undefined: everything may be. */
  first(wanted: { readonly action: AuditAction; readonly why: Refusal } | undefined): void;
}

/** A guard that lets everything pass at first. */
export function createAuditGuard(): AuditGuard {
  let first: Parameters<AuditGuard['first']>[0];
  return {
    before({ action }) {
      if (first && action !== first.action) throw new Fault(first.why);
    },
    first(wanted) {
      first = wanted;
    },
  };
}
