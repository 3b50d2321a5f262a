import { type AuditEntry, type Card, join, show, t } from '#kit';
import { type Orders, sentenceOf, type Who } from './sentences.ts';

/** What a card of entries is about. */
export interface Shown {
  readonly entries: readonly AuditEntry[];
  readonly orders: Orders;
  readonly who: Who;
  /** Only this person's, as it was typed. */
  readonly by?: string;
  /** Questions and logins too. */
  readonly all: boolean;
}

/** The newest entries first, a sentence each. */
export function entriesCard({ entries, orders, who, by, all }: Shown, now: number, zone: string | undefined): Card {
  const [newest] = entries;
  if (!newest) return none(by);
  return {
    tone: 'info',
    title: join([t('Last: ', 'Dernière entrée : '), sentenceOf(newest, orders, who)]),
    table: {
      columns: [show.zone(zone, now), t('What', 'Quoi')],
      rows: entries.map((entry) => [show.clock(Date.parse(entry.at), zone, now), sentenceOf(entry, orders, who)]),
    },
    ...(all ? {} : { actions: [{ id: 'all', label: t('Everything', 'Tout'), line: 'audit all' }] }),
    footer: t(
      'Proof that nobody changed it: quarterdeck audit verify',
      'Preuve que personne ne l’a changé : quarterdeck audit verify',
    ),
  };
}

const none = (by: string | undefined): Card => ({
  tone: 'info',
  title:
    by === undefined
      ? t('Nothing has happened yet', 'Rien ne s’est encore passé')
      : t(`No entry by “${by.slice(0, 60)}”`, `Aucune entrée de « ${by.slice(0, 60)} »`),
});
