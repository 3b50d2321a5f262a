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
  /** How many entries were looked at, where there are older ones. */
  readonly among?: number;
}

/** The newest entries first, a sentence each. */
export function entriesCard(
  { entries, orders, who, by, all, among }: Shown,
  now: number,
  zone: string | undefined,
): Card {
  const [newest] = entries;
  if (!newest) return none(by, among);
  return {
    tone: 'info',
    title: join([t('Last: ', 'Dernière entrée : '), sentenceOf(newest, orders, who)]),
    table: {
      columns: [show.zone(zone, now), t('What', 'Quoi')],
      rows: entries.map((entry) => [show.clock(Date.parse(entry.at), zone, now), sentenceOf(entry, orders, who)]),
    },
    ...(all ? {} : { actions: [{ id: 'all', label: t('Questions too', 'Questions aussi'), line: 'audit all' }] }),
    footer: t(
      'Proof that nobody changed it: bin/quarterdeck audit verify',
      'Preuve que personne ne l’a changé : bin/quarterdeck audit verify',
    ),
  };
}

/** Nothing was found, as far back as was looked. */
function none(by: string | undefined, among: number | undefined): Card {
  const name = by?.slice(0, 60);
  const nothing =
    name === undefined
      ? t('Nothing but questions', 'Rien que des questions')
      : t(`No entry by “${name}”`, `Aucune entrée de « ${name} »`);
  const newest = among === undefined ? '' : t(` among the newest ${among}`, ` parmi les ${among} dernières`);
  if (by === undefined && among === undefined)
    return { tone: 'info', title: t('Nothing has happened yet', 'Rien ne s’est encore passé') };
  return { tone: 'info', title: join([nothing, newest]) };
}
