import type { Anchor } from '#audit/anchor.ts';
import type { Changes } from '#core/changes.ts';
import type { Log } from '#core/log.ts';
import type { AuditLog } from '#core/store.ts';

/**
 * Notes the audit's newest entry at the start, and the first entry there ever is as soon as it is there: entries
 * without a note mean that somebody took the note away. Returns the way to stop.
 */
export async function noteFirst(
  anchor: Anchor,
  audit: AuditLog,
  changes: Pick<Changes, 'subscribe'>,
  log: Log,
): Promise<() => void> {
  const note = () => anchor.keep(audit).catch((cause: unknown) => log.error({ err: cause }, 'the audit anchor'));
  await note();
  return changes.subscribe(() => {
    if (anchor.newest() === undefined) void note();
  });
}
