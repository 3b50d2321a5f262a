import type { AuditEntry, NewAuditFact } from '#core/audit.ts';
import type { AuditLog } from '#core/store.ts';
import type { Redactor } from './redact.ts';

/** Where facts are written down. */
export interface AuditRecord {
  /** Rejects when the fact cannot be written: then what it is about must not happen. */
  append(fact: NewAuditFact): Promise<AuditEntry>;
}

/** Writes facts to the log, without secrets: details are redacted before they are hashed and stored. */
export const recordTo = (log: Pick<AuditLog, 'append'>, redactor: Redactor): AuditRecord => ({
  append: (fact) => log.append({ ...fact, details: redactor.json(fact.details) }),
});
