import { type AuditEntry, type Card, show, type Text, t } from '#kit';

/** What each action is called by people; another is shown as it is. */
const words: Readonly<Record<string, Text>> = {
  'order.accepted': t('asked', 'demandé'),
  'order.confirmed': t('confirmed', 'confirmé'),
  'order.approved': t('approved', 'approuvé'),
  'order.denied': t('denied', 'rejeté'),
  'order.refused': t('refused', 'refusé'),
  'order.finished': t('finished', 'fini'),
  'run.started': t('run started', 'exécution commencée'),
  'run.finished': t('run finished', 'exécution finie'),
  'host.trusted': t('host trusted', 'hôte reconnu'),
  'order.asked': t('asked back', 'question posée'),
  'order.completed': t('completed', 'complété'),
  'order.cancelled': t('cancelled', 'annulé'),
  'order.expired': t('expired', 'expiré'),
  'login.link_created': t('login link made', 'lien de connexion créé'),
  'settings.reloaded': t('configuration read again', 'configuration relue'),
  'bot.started': t('bot started', 'bot démarré'),
  'token.removed': t('token removed', 'jeton retiré'),
  'token.created': t('token created', 'jeton créé'),
  login: t('logged in', 'connecté'),
};

const told = ['text', 'command', 'line', 'title', 'playbook', 'host', 'state', 'code'] as const;

/** The newest entries first. */
export function entriesCard(
  entries: readonly AuditEntry[],
  by: string | undefined,
  now: number,
  zone: string | undefined,
): Card {
  const [newest] = entries;
  if (!newest) return none(by);
  const shown = by === undefined ? '' : ` (${by.slice(0, 60)})`;
  return {
    tone: 'info',
    title: t(
      `Audit${shown}: the last ${entries.length}, up to #${newest.seq}`,
      `Audit${shown} : les ${entries.length} dernières, jusqu’au n° ${newest.seq}`,
    ),
    table: {
      columns: [t('When', 'Quand'), t('Who', 'Qui'), t('What', 'Quoi')],
      rows: entries.map((entry) => [show.time(Date.parse(entry.at), zone, now), who(entry), what(entry)]),
    },
    footer: t(
      '`quarterdeck audit verify` proves that nobody changed it.',
      '`quarterdeck audit verify` prouve que personne ne l’a changé.',
    ),
  };
}

const none = (by: string | undefined): Card => ({
  tone: 'info',
  title:
    by === undefined
      ? t('The audit is empty', 'L’audit est vide')
      : t(`No entry by “${by.slice(0, 60)}”`, `Aucune entrée de « ${by.slice(0, 60)} »`),
});

const who = ({ actor, via }: AuditEntry): string => {
  const short = actor.split(':').at(-1) ?? actor;
  return via === undefined ? short : `${short} (${via})`;
};

function what({ action, details, orderId }: AuditEntry): Text {
  const known = Object.hasOwn(words, action) ? (words[action] ?? action) : action;
  const detail = told.map((name) => details[name]).find((value) => typeof value === 'string');
  const about = `${orderId === undefined ? '' : ` #${orderId}`}${typeof detail === 'string' ? ` ${detail.slice(0, 120)}` : ''}`;
  return typeof known === 'string' ? `${known}${about}` : t(`${known.en}${about}`, `${known.fr}${about}`);
}
