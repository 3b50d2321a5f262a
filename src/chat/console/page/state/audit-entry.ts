import type { WireAuditEntry } from '../../protocol.ts';
import type { AuditOutcome, AuditWords } from '../words/audit.ts';

/** What a row of the audit says. */
export interface AuditRow {
  readonly who: string;
  /** The account behind it, when that is another name. */
  readonly via?: string;
  readonly did: string;
  /** What it was about: an order's line, a run, a person, a host. */
  readonly about: string;
  /** The run to go to. */
  readonly run?: number;
  readonly hosts: readonly string[];
  readonly outcome?: AuditOutcome;
}

const ends: Readonly<Record<string, AuditOutcome>> = {
  'order.refused': 'refused',
  'order.denied': 'denied',
  'order.cancelled': 'cancelled',
  'order.expired': 'expired',
};

const word = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function aboutOf({ action, details }: WireAuditEntry, words: AuditWords): string {
  if (action.startsWith('run.')) return typeof details.run === 'number' ? words.run(details.run) : '';
  if (action.startsWith('order.')) return word(details.text);
  if (action === 'host.trusted') return word(details.host);
  if (action === 'store.restored') return word(details.file);
  if (action === 'token.removed') return word(details.id);
  return word(details.actor); // whole: two accounts may end in the same name
}

/** Entries with older ones after them, each once. */
export function joined(
  entries: readonly WireAuditEntry[],
  older: readonly WireAuditEntry[],
): readonly WireAuditEntry[] {
  const known = new Set(entries.map(({ seq }) => seq));
  return [...entries, ...older.filter(({ seq }) => !known.has(seq))];
}

/** A question is one thing, asked and answered: its end is told where it was asked. */
export function asTold(entries: readonly WireAuditEntry[]): readonly WireAuditEntry[] {
  const asked = new Set(
    entries.flatMap(({ action, orderId, details }) =>
      action === 'order.accepted' && details.kind === 'question' && orderId !== undefined ? [orderId] : [],
    ),
  );
  const isEnd = ({ action, orderId }: WireAuditEntry): boolean =>
    action === 'order.finished' && orderId !== undefined && asked.has(orderId);
  const states = new Map(entries.filter(isEnd).map(({ orderId, details }) => [orderId, details.state]));
  return entries
    .filter((entry) => !isEnd(entry))
    .map((entry) =>
      entry.action === 'order.accepted' && states.has(entry.orderId)
        ? { ...entry, details: { ...entry.details, state: states.get(entry.orderId) } }
        : entry,
    );
}

function outcomeOf({ action, details }: WireAuditEntry, { outcomes }: AuditWords): AuditOutcome | undefined {
  const state =
    action.endsWith('.finished') || action === 'order.accepted' ? word(details.state) : (ends[action] ?? '');
  return Object.hasOwn(outcomes, state) ? (state as AuditOutcome) : undefined; // hasOwn says so
}

/** An entry in plain words; an action of another version is shown by its name. */
export function auditRow(entry: WireAuditEntry, words: AuditWords): AuditRow {
  const { action, actor, details } = entry;
  const who = words.services[actor.id] ?? actor.name;
  const outcome = outcomeOf(entry, words);
  const did: Readonly<Record<string, string>> = words.did;
  const hosts = Array.isArray(details.hosts) ? details.hosts.map(word) : [];
  return {
    who,
    ...(entry.via === undefined || entry.via === who ? {} : { via: entry.via }),
    did: did[action] ?? action,
    about: aboutOf(entry, words),
    ...(action.startsWith('run.') && typeof details.run === 'number' ? { run: details.run } : {}),
    hosts: action === 'host.trusted' ? [word(details.host)] : hosts,
    ...(outcome === undefined ? {} : { outcome }),
  };
}

const nameOf = (key: string, { names }: AuditWords): string => (Object.hasOwn(names, key) ? (names[key] ?? key) : key);

/** Details whose values are words of the program, not of a person. */
const programWords: Readonly<Record<string, (words: AuditWords) => Readonly<Record<string, string>>>> = {
  state: ({ outcomes }) => outcomes,
  runState: ({ outcomes }) => outcomes,
  how: ({ values }) => values,
  kind: ({ values }) => values,
};

/** A detail as words: lists with commas, what has parts by their names. */
function valueText(key: string, value: unknown, words: AuditWords): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (Array.isArray(value)) return value.map((one) => valueText(key, one, words)).join(', ');
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([part, of]) => `${nameOf(part, words)} ${valueText(part, of, words)}`);
    return parts.length === 0 ? '–' : parts.join(', ');
  }
  const known = programWords[key]?.(words) ?? {};
  const text = String(value);
  return Object.hasOwn(known, text) ? (known[text] ?? text) : text;
}

/** Everything that was written down, by name. */
export const auditDetails = (details: WireAuditEntry['details'], words: AuditWords) =>
  Object.entries(details).map(([key, value]) => ({
    key,
    name: nameOf(key, words),
    value: valueText(key, value, words),
  }));
