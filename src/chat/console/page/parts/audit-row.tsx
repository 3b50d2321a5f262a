import type { WireAuditEntry } from '../../protocol.ts';
import { auditDetails, auditRow } from '../state/audit-entry.ts';
import { addressOf } from '../state/place.ts';
import { useDeck } from '../state/use-deck.ts';
import { type AuditOutcome, type AuditWords, auditWords } from '../words/audit.ts';
import { type Drawing, Icon } from './icon.tsx';

const drawings: Readonly<Record<AuditOutcome, Drawing>> = {
  done: 'good',
  failed: 'bad',
  refused: 'warn',
  denied: 'warn',
  cancelled: 'stopped',
  expired: 'clock',
  interrupted: 'warn',
  drifted: 'warn',
};

const tones: Readonly<Record<AuditOutcome, string>> = {
  done: 'good',
  failed: 'bad',
  refused: 'warn',
  denied: 'warn',
  cancelled: 'info',
  expired: 'warn',
  interrupted: 'warn',
  drifted: 'warn',
};

const Outcome = ({ of, words }: { of: AuditOutcome; words: AuditWords }) => (
  <span class={`mark tone-${tones[of]}`}>
    <Icon of={drawings[of]} /> <span>{words.outcomes[of]}</span>
  </span>
);

const isHash = /^[0-9a-f]{40,}$/;
const shortHash = 12;

const Value = ({ of }: { of: string }) =>
  isHash.test(of) ? <code title={of}>{of.slice(0, shortHash)}…</code> : <span dir="auto">{of}</span>;

/** Everything that was written down, for whoever wants it. */
const Details = ({ entry, words }: { entry: WireAuditEntry; words: AuditWords }) => {
  const page = useDeck().words.value;
  const rows = [
    { key: 'seq', name: words.names.seq, value: String(entry.seq) },
    ...(entry.via === undefined || 'account' in entry.details
      ? []
      : [{ key: 'via', name: words.names.account, value: entry.via }]),
    ...(entry.orderId === undefined ? [] : [{ key: 'order', name: page.order, value: String(entry.orderId) }]),
    ...auditDetails(entry.details, words),
    { key: 'entry-hash', name: page.hash, value: entry.hash },
  ];
  return (
    <details class="audit-more">
      <summary>
        {page.details}
        <span class="sr">
          {' '}
          {words.names.seq} {entry.seq}
        </span>
      </summary>
      <dl>
        {rows.map(({ key, name, value }) => (
          <div key={key}>
            <dt>{name}</dt>
            <dd>
              <Value of={value} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
};

/** More than these are counted. */
const hostsShown = 4;

const Hosts = ({ of }: { of: readonly string[] }) => (
  <>
    {of.slice(0, hostsShown).map((host, at) => (
      <span key={host} class="audit-host">
        {host}
        {at < of.length - 1 ? ', ' : ''}
      </span>
    ))}
    {of.length > hostsShown && <span class="muted">+{of.length - hostsShown}</span>}
  </>
);

/** One entry: when, who, what, where and how it ended; the rest is folded. */
export const AuditRow = ({ entry }: { entry: WireAuditEntry }) => {
  const { times, language } = useDeck();
  const words = auditWords(language.value);
  const { who, via, did, about, run, hosts, outcome } = auditRow(entry, words);
  return (
    <tr>
      <td class="audit-when">
        <time dateTime={entry.at}>{times.value.moment(entry.at)}</time>
      </td>
      <td class="audit-who">
        {who}
        {via !== undefined && <span class="muted"> ({via})</span>}
      </td>
      <td class="audit-what">
        <div>
          <span>
            {did}{' '}
            {run === undefined ? (
              <b dir="auto">{about}</b>
            ) : (
              <a href={addressOf({ at: 'run', run })}>
                <b>{about}</b>
              </a>
            )}
          </span>
          <Details entry={entry} words={words} />
        </div>
      </td>
      <td class="audit-hosts">
        <Hosts of={hosts} />
      </td>
      <td class="audit-outcome">{outcome !== undefined && <Outcome of={outcome} words={words} />}</td>
    </tr>
  );
};
