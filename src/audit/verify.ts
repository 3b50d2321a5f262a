import type { AuditEntry, AuditVerdict } from '#core/audit.ts';
import type { AuditPoint } from '#core/audit-cut.ts';
import { auditHash, chainStart } from '#core/audit-hash.ts';
import type { AuditLog } from '#core/store.ts';

/** An entry noted outside the chain, which the chain must still hold. */
export type AnchorPoint = AuditPoint;

type Broken = NonNullable<AuditVerdict['broken']>;

/** How far the chain was followed. */
interface Followed {
  readonly entries: number;
  readonly head: string;
}

const pageSize = 1_000;

/** What is wrong with an entry, knowing the one before it; undefined when it fits. */
const fault = (
  entry: AuditEntry,
  before: Followed,
  anchored: ReadonlyMap<number, readonly AnchorPoint[]>,
): Broken | undefined => {
  const seq = before.entries + 1;
  if (entry.seq !== seq) return { seq, reason: 'gap' };
  if (entry.previous !== before.head) return { seq, reason: 'link' };
  if (entry.hash !== auditHash(entry)) return { seq, reason: 'hash' };
  const asNoted = (anchored.get(seq) ?? []).every((anchor) => anchor.hash === entry.hash);
  // A chain that fits itself but is not the one that was anchored: somebody wrote it anew.
  return asNoted ? undefined : { seq, reason: 'hash' };
};

const lacks = (followed: Followed, anchors: readonly AnchorPoint[]): boolean =>
  anchors.some(({ seq }) => seq > followed.entries);

const verdict = ({ entries, head }: Followed, broken?: Broken): AuditVerdict =>
  broken ? { intact: false, entries, head, broken } : { intact: true, entries, head };

/**
 * Follows the chain from its first entry, a page at a time, and says where it breaks first: `gap` an entry is not there,
 * `link` it does not follow the one before, `hash` its content was changed or is not what an anchor noted, `missing`
 * the end was cut off. `entries` and `head` are those of the part that is intact.
 */
export const verifyAudit = async (log: AuditLog, anchors: readonly AnchorPoint[] = []): Promise<AuditVerdict> => {
  const anchored = Map.groupBy(anchors, ({ seq }) => seq);
  let followed: Followed = { entries: 0, head: chainStart };
  for (;;) {
    const page = await log.from(followed.entries === 0 ? Number.MIN_SAFE_INTEGER : followed.entries + 1, pageSize);
    for (const entry of page) {
      const broken = fault(entry, followed, anchored);
      if (broken) return verdict(followed, broken);
      followed = { entries: entry.seq, head: entry.hash };
    }
    if (page.length > 0) continue;
    if (!lacks(followed, anchors)) return verdict(followed);
    return verdict(followed, { seq: followed.entries + 1, reason: 'missing' });
  }
};
