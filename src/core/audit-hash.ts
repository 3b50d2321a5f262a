import { createHash } from 'node:crypto';
import type { AuditEntry } from './audit.ts';
import { canonical } from './json.ts';

/** What the first entry of a chain names as its previous hash. */
export const chainStart = '0'.repeat(64);

/** The hash of an audit entry: SHA-256 over the canonical JSON of everything in it except the hash itself. */
export const auditHash = ({
  seq,
  at,
  previous,
  actor,
  via,
  action,
  orderId,
  details,
}: Omit<AuditEntry, 'hash'>): string =>
  createHash('sha256')
    .update(
      canonical({
        seq,
        at,
        previous,
        actor,
        action,
        details,
        ...(via !== undefined && { via }),
        ...(orderId !== undefined && { orderId }),
      }),
    )
    .digest('hex');
