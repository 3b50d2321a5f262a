import { type AuditEntry, type Called, join, type Text, t } from '#kit';

/** Everything that is told of other entries, by order: what was typed. */
export type Orders = ReadonlyMap<number, string>;

const longest = 120;

const said = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== ''
    ? value.length > longest
      ? `${value.slice(0, longest)}…`
      : value
    : undefined;

/** What was typed, by order: an entry about a run does not repeat it. */
export const ordersOf = (entries: readonly AuditEntry[]): Orders =>
  new Map(
    entries.flatMap(({ orderId, details }) => {
      const text = said(details.text);
      return orderId === undefined || text === undefined ? [] : [[orderId, text] as const];
    }),
  );

/** What the screen calls each actor. */
export type Who = ReadonlyMap<string, Called>;

/** What an actor is called, and on whose account it was said in another's name. */
const whoOf = ({ actor, via }: AuditEntry, who: Who): string => {
  const { short, shown } = who.get(actor) ?? { short: actor, shown: actor };
  const isOwn = via === short && !actor.startsWith('service:');
  return via === undefined || isOwn ? shown : `${shown} (${via})`;
};

const runEnds: Readonly<Record<string, Text>> = {
  done: t('is done', 'est fait'),
  failed: t('failed', 'a échoué'),
  cancelled: t('was stopped', 'a été arrêté'),
  interrupted: t('was interrupted', 'a été interrompu'),
  drifted: t('was stopped: not as planned', 'a été arrêté : plus comme prévu'),
};

const ended = (what: string, state: unknown): Text => {
  const words = typeof state === 'string' && Object.hasOwn(runEnds, state) ? runEnds[state] : undefined;
  return join([what, ' ', words ?? t('ended', 'est fini')]);
};

type Sentence = (who: string, what: string, entry: AuditEntry, called: Who) => Text;

/** The account that did something to a token, and for whom: an older entry does not say. */
function aboutToken({ details }: AuditEntry, called: Who): { readonly by: string; readonly of: string } | undefined {
  const [by, of] = [said(details.account), said(details.actor)];
  return by === undefined || of === undefined ? undefined : { by, of: called.get(of)?.shown ?? of };
}

function tokenCreated(who: string, entry: AuditEntry, called: Who): Text {
  const token = aboutToken(entry, called);
  if (!token) return t(`${who} made a token`, `${who} a créé un jeton`);
  const { roles } = entry.details;
  const given = said(Array.isArray(roles) ? roles.join(', ') : '') ?? '–';
  return t(
    `The account ${token.by} made a token for ${token.of} (${given})`,
    `Le compte ${token.by} a créé un jeton pour ${token.of} (${given})`,
  );
}

function tokenRemoved(who: string, entry: AuditEntry, called: Who): Text {
  const token = aboutToken(entry, called);
  if (!token) return t(`${who} removed a token`, `${who} a retiré un jeton`);
  return t(
    `The account ${token.by} removed a token of ${token.of}`,
    `Le compte ${token.by} a retiré un jeton de ${token.of}`,
  );
}

/** A host's key that was trusted at the command line, with the account that did it. */
function hostTrusted(who: string, { details: { account, host, replaced } }: AuditEntry): Text {
  const by = said(account);
  const [en, fr] = by === undefined ? [who, who] : [`The account ${by}`, `Le compte ${by}`];
  return Array.isArray(replaced)
    ? t(`${en} replaced the key of ${said(host) ?? 'a host'}`, `${fr} a remplacé la clé de ${said(host) ?? 'un hôte'}`)
    : t(`${en} trusted ${said(host) ?? 'a host'}`, `${fr} fait confiance à ${said(host) ?? 'un hôte'}`);
}

const sentences: Readonly<Record<string, Sentence>> = {
  'order.accepted': (who, what) => t(`${who} asked for ${what}`, `${who} a demandé ${what}`),
  'order.asked': (who, what) => t(`${who} was asked more about ${what}`, `${who} doit compléter ${what}`),
  'order.completed': (who, what) => t(`${who} completed ${what}`, `${who} a complété ${what}`),
  'order.confirmed': (who, what, { details: { inAdvance } }) =>
    inAdvance === true
      ? t(`${who} confirmed ${what} in advance`, `${who} a confirmé ${what} d’avance`)
      : t(`${who} confirmed ${what}`, `${who} a confirmé ${what}`),
  'order.approved': (who, what) => t(`${who} approved ${what}`, `${who} a approuvé ${what}`),
  'order.denied': (who, what) => t(`${who} denied ${what}`, `${who} a refusé ${what}`),
  'order.cancelled': (who, what) => t(`${who} cancelled ${what}`, `${who} a annulé ${what}`),
  'order.expired': (_who, what) => t(`${what} expired`, `${what} a expiré`),
  'order.refused': (who, what) => t(`${who} was refused ${what}`, `${what} refusé à ${who}`),
  'order.finished': (_who, what, { details }) => ended(what, details.state),
  'run.started': (who, what) => t(`${what} began for ${who}`, `${what} a commencé pour ${who}`),
  'run.stop_given': (who, what, { details }) =>
    details.now === true
      ? t(`${who} stopped ${what} at once`, `${who} a arrêté net ${what}`)
      : t(`${who} stopped ${what}`, `${who} a arrêté ${what}`),
  'run.finished': (_who, what, { details }) => ended(what, details.state),
  'host.trusted': (who, _what, entry) => hostTrusted(who, entry),
  'message.held_secret': (who) =>
    t(`${who} sent a secret, which was refused`, `${who} a envoyé un secret, qui a été refusé`),
  login: (who) => t(`${who} logged in`, `${who} s’est connecté`),
  'login.link_created': (who) => t(`${who} made a login link`, `${who} a créé un lien de connexion`),
  'token.created': (who, _what, entry, called) => tokenCreated(who, entry, called),
  'token.removed': (who, _what, entry, called) => tokenRemoved(who, entry, called),
  'settings.reloaded': () => t('The configuration was read again', 'La configuration a été relue'),
  'store.restored': (who, _what, { details: { file } }) =>
    t(
      `${who} put back the store from ${said(file) ?? 'a copy'}`,
      `${who} a remis la base depuis ${said(file) ?? 'une copie'}`,
    ),
  'bot.started': () => t('The bot started', 'Le bot a démarré'),
};

/** One entry as a sentence for people: `Ben approved deploy shop v3`. An action nobody has words for is shown by its name. */
export function sentenceOf(entry: AuditEntry, orders: Orders, who: Who): Text {
  const typed = entry.orderId === undefined ? undefined : orders.get(entry.orderId);
  const what = typed ?? said(entry.details.command) ?? said(entry.details.playbook) ?? `#${entry.orderId ?? entry.seq}`;
  const make = Object.hasOwn(sentences, entry.action) ? sentences[entry.action] : undefined;
  const actor = whoOf(entry, who);
  return make ? make(actor, what, entry, who) : `${actor}: ${entry.action}`;
}
