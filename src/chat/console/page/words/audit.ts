import type { AuditAction } from '#core/audit.ts';
import type { Language } from '#core/text.ts';

/** How an entry came out, when it tells an end. */
export type AuditOutcome =
  | 'done'
  | 'failed'
  | 'refused'
  | 'denied'
  | 'cancelled'
  | 'expired'
  | 'interrupted'
  | 'drifted';

/** The words of the audit page in one language. */
export interface AuditWords {
  /** What somebody did, before what it was about. */
  readonly did: Readonly<Record<AuditAction, string>>;
  readonly outcomes: Readonly<Record<AuditOutcome, string>>;
  /** What the details are called. */
  readonly names: Readonly<Record<string, string>>;
  /** Who is no person. */
  readonly services: Readonly<Record<string, string>>;
  readonly outcome: string;
  /** Values that are words of the program. */
  readonly values: Readonly<Record<string, string>>;
  readonly run: (id: number) => string;
  readonly yes: string;
  readonly no: string;
}

const en: AuditWords = {
  did: {
    'bot.started': 'Started',
    'store.restored': 'Put back the store from',
    'settings.reloaded': 'Read the configuration again',
    login: 'Signed in',
    'login.link_created': 'Made a login link for',
    'token.created': 'Made a token for',
    'token.removed': 'Removed token',
    'host.trusted': 'Trusted host',
    'message.held_secret': 'Was refused a secret in a message',
    'order.accepted': 'Asked',
    'order.asked': 'Left something out of',
    'order.completed': 'Completed',
    'order.refused': 'Asked',
    'order.confirmed': 'Confirmed',
    'order.approved': 'Approved',
    'order.denied': 'Denied',
    'order.cancelled': 'Cancelled',
    'order.expired': 'No answer in time for',
    'order.finished': 'Ended',
    'run.started': 'Began',
    'run.stop_given': 'Stopped',
    'run.finished': 'Ended',
  },
  outcomes: {
    done: 'Done',
    failed: 'Failed',
    refused: 'Refused',
    denied: 'Denied',
    cancelled: 'Cancelled',
    expired: 'Expired',
    interrupted: 'Interrupted',
    drifted: 'Not as planned',
  },
  names: {
    seq: 'Entry',
    order: 'Order',
    run: 'Run',
    text: 'Typed',
    command: 'Command',
    kind: 'Kind',
    args: 'Arguments',
    plan: 'Plan',
    planHash: 'Plan',
    playbook: 'Playbook',
    resumes: 'Goes on from run',
    hosts: 'Hosts',
    host: 'Host',
    address: 'Address',
    fingerprints: 'Fingerprints',
    replaced: 'In place of',
    gone: 'No longer there',
    people: 'People',
    rules: 'Rules',
    secrets: 'Secrets',
    state: 'Outcome',
    runState: 'Outcome of the run',
    code: 'Code',
    about: 'About',
    missing: 'Missing',
    by: 'By order',
    how: 'With',
    actor: 'Person',
    account: 'Account',
    label: 'Name',
    roles: 'Roles',
    id: 'Number',
    changes: 'Changes',
    planOnly: 'Plan only',
    now: 'At once',
    hash: 'Hash',
    file: 'File',
    entries: 'Entries of the copy',
    known: 'Known before up to entry',
    inAdvance: 'Confirmed in advance',
    channel: 'Channel',
    port: 'Port',
    permission: 'Permission',
    argument: 'Argument',
    given: 'Given',
    instead: 'Instead',
    approvers: 'Approvers',
    lock: 'Lock',
  },
  services: { 'service:quarterdeck': 'Quarterdeck', 'service:command-line': 'Command line' },
  outcome: 'Outcome',
  values: { link: 'a link', token: 'a token', question: 'question', change: 'change' },
  run: (id) => `run ${id}`,
  yes: 'yes',
  no: 'no',
};

const fr: AuditWords = {
  did: {
    'bot.started': 'A démarré',
    'store.restored': 'A remis la base depuis',
    'settings.reloaded': 'A relu la configuration',
    login: 'Connexion',
    'login.link_created': 'A créé un lien de connexion pour',
    'token.created': 'A créé un jeton pour',
    'token.removed': 'A retiré le jeton',
    'host.trusted': 'A reconnu l’hôte',
    'message.held_secret': 'Refus d’un secret dans un message',
    'order.accepted': 'A demandé',
    'order.asked': 'A omis quelque chose dans',
    'order.completed': 'A complété',
    'order.refused': 'A demandé',
    'order.confirmed': 'A confirmé',
    'order.approved': 'A approuvé',
    'order.denied': 'A rejeté',
    'order.cancelled': 'A annulé',
    'order.expired': 'Pas de réponse à temps pour',
    'order.finished': 'A terminé',
    'run.started': 'A commencé',
    'run.stop_given': 'A arrêté',
    'run.finished': 'A terminé',
  },
  outcomes: {
    done: 'Fait',
    failed: 'Échec',
    refused: 'Refusé',
    denied: 'Rejeté',
    cancelled: 'Annulé',
    expired: 'Expiré',
    interrupted: 'Interrompu',
    drifted: 'Plus comme prévu',
  },
  names: {
    seq: 'Entrée',
    order: 'Ordre',
    run: 'Exécution',
    text: 'Écrit',
    command: 'Commande',
    kind: 'Genre',
    args: 'Arguments',
    plan: 'Plan',
    planHash: 'Plan',
    playbook: 'Playbook',
    resumes: 'Poursuit l’exécution',
    hosts: 'Hôtes',
    host: 'Hôte',
    address: 'Adresse',
    fingerprints: 'Empreintes',
    replaced: 'À la place de',
    gone: 'Ne sont plus là',
    people: 'Personnes',
    rules: 'Règles',
    secrets: 'Secrets',
    state: 'Résultat',
    runState: 'Résultat de l’exécution',
    code: 'Code',
    about: 'À propos',
    missing: 'Manquait',
    by: 'Par l’ordre',
    how: 'Avec',
    actor: 'Personne',
    account: 'Compte',
    label: 'Nom',
    roles: 'Rôles',
    id: 'Numéro',
    changes: 'Changements',
    planOnly: 'Plan seulement',
    now: 'Tout de suite',
    hash: 'Empreinte',
    file: 'Fichier',
    entries: 'Entrées de la copie',
    known: 'Connu avant jusqu’à l’entrée',
    inAdvance: 'Confirmé d’avance',
    channel: 'Canal',
    port: 'Port',
    permission: 'Permission',
    argument: 'Argument',
    given: 'Donné',
    instead: 'À la place',
    approvers: 'Approbateurs',
    lock: 'Verrou',
  },
  services: { 'service:quarterdeck': 'Quarterdeck', 'service:command-line': 'Ligne de commande' },
  outcome: 'Résultat',
  values: { link: 'un lien', token: 'un jeton', question: 'question', change: 'changement' },
  run: (id) => `l’exécution ${id}`,
  yes: 'oui',
  no: 'non',
};

/** The words of the audit page in a language. */
export const auditWords = (language: Language): AuditWords => (language === 'fr' ? fr : en);
