import type { AuditAction } from '#core/audit.ts';
import { type AuditPoint, auditCut } from '#core/audit-cut.ts';
import { Fault, type Refusal } from '#core/errors.ts';
import type { AuditWatch } from '#store/audit-chain.ts';

/** What keeps entries out of the audit while the bot runs. Without an entry nothing is done, so then nothing is. */
export interface AuditGuard extends AuditWatch {
  /** Until told otherwise nothing is written before an entry of this kind; undefined: everything may be. */
  first(wanted: { readonly action: AuditAction; readonly why: Refusal } | undefined): void;
  /** The newest entry that was committed here. */
  newest(): AuditPoint | undefined;
  /** Why nothing more is written until the bot is started again on a whole chain; undefined while it may be. */
  refusal(): Refusal | undefined;
  /** Told once when the chain was cut, with the entry it should hold. */
  onCut(listener: (refusal: Refusal, entry: AuditPoint) => void): void;
}

/** A guard that lets everything pass at first. */
export function createAuditGuard(): AuditGuard {
  let first: Parameters<AuditGuard['first']>[0];
  let newest: AuditPoint | undefined;
  let refusal: Refusal | undefined;
  let told: Parameters<AuditGuard['onCut']>[0] = () => undefined;
  return {
    before({ action }) {
      if (refusal) throw new Fault(refusal);
      if (first && action !== first.action) throw new Fault(first.why);
    },
    wrote(entry) {
      newest = entry;
    },
    cut(entry) {
      if (refusal) return;
      refusal = auditCut(entry).refusal;
      told(refusal, entry);
    },
    first(wanted) {
      first = wanted;
    },
    newest: () => newest,
    refusal: () => refusal,
    onCut(listener) {
      told = listener;
    },
  };
}
