import type { AuditEntry } from '#core/audit.ts';
import type { Card } from '#core/card.ts';
import type { AuditLog } from '#core/store.ts';
import { t } from '#core/text.ts';

/** A restore is told at the next start: so many entries back are looked at. */
const lookedAt = 500;

/** The restores since the bot was last started. */
export async function untoldRestores(audit: Pick<AuditLog, 'last'>): Promise<readonly AuditEntry[]> {
  const entries = await audit.last(lookedAt);
  const started = entries.findIndex(({ action }) => action === 'bot.started');
  return entries
    .slice(0, started === -1 ? entries.length : started)
    .filter(({ action }) => action === 'store.restored');
}

const title = t('The store was restored from a copy', 'La base a été remise depuis une copie');

/** What the board is told of a restore: whoever restores cannot cut the audit without everybody reading it. */
export function restoredCard({ seq, details: { file, account, entries, known } }: AuditEntry): Card {
  const before = known === undefined ? nothingKnown : knownUpTo(Number(known));
  return {
    tone: 'warn',
    title,
    text: t(
      `${account} put back ${file}, with ${entries} audit entries; ${before.en} It is entry ${seq} of the audit.`,
      `${account} a remis ${file}, avec ${entries} entrées d’audit ; ${before.fr} C’est l’entrée ${seq} de l’audit.`,
    ),
  };
}

const nothingKnown = {
  en: 'nothing was known of the audit before.',
  fr: 'rien n’était connu de l’audit auparavant.',
};
const knownUpTo = (known: number) => ({
  en: `before, the audit was known up to entry ${known}. What was done since the copy is not in it.`,
  fr: `avant, l’audit était connu jusqu’à l’entrée ${known}. Ce qui a été fait depuis la copie n’y est pas.`,
});
