import { useEffect, useState } from 'preact/hooks';
import type { WireAudit, WireAuditEntry } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { sentenceOf } from './use-tap.ts';
import { useTitle } from './use-title.ts';

const shortHash = 10;

const isHash = /^[0-9a-f]{40,}$/;

const detailText = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(detailText).join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return isHash.test(text) ? `${text.slice(0, shortHash)}…` : text;
};

const Details = ({ entry }: { entry: WireAuditEntry }) => {
  const { words } = useDeck();
  return (
    <span class="audit-details">
      {entry.orderId !== undefined && (
        <span>
          <span class="muted">{words.value.order}</span> {entry.orderId}
        </span>
      )}
      {Object.entries(entry.details).map(([name, value]) => (
        <span key={name} dir="auto" title={typeof value === 'string' && isHash.test(value) ? value : undefined}>
          <span class="muted">{name}</span> {detailText(value)}
        </span>
      ))}
    </span>
  );
};

const Row = ({ entry }: { entry: WireAuditEntry }) => {
  const { times } = useDeck();
  return (
    <tr>
      <td class="figures audit-seq">{entry.seq}</td>
      <td class="audit-when">
        <time dateTime={entry.at}>{times.value.moment(entry.at)}</time>
      </td>
      <td class="audit-who">
        {entry.actor.name}
        {entry.via !== undefined && <span class="muted"> ({entry.via})</span>}
      </td>
      <td class="audit-what">
        <code>{entry.action}</code>
      </td>
      <td>
        <Details entry={entry} />
      </td>
      <td class="audit-hash">
        <code title={entry.hash}>{entry.hash.slice(0, shortHash)}</code>
      </td>
    </tr>
  );
};

/** Who did what: the last entries of the audit, newest first. */
export const AuditPage = () => {
  const deck = useDeck();
  const words = deck.words.value;
  const [entries, setEntries] = useState<readonly WireAuditEntry[] | undefined>(undefined);
  const [more, setMore] = useState(false);
  const [refusal, setRefusal] = useState('');
  useTitle(words.audit);
  const read = async (before?: number): Promise<void> => {
    try {
      const page = await deck.api.get<WireAudit>('audit', { before });
      setEntries((known) => [...(before === undefined ? [] : (known ?? [])), ...page.entries]);
      setMore(page.more);
    } catch (thrown) {
      setRefusal(sentenceOf(thrown, words.unreachable));
    }
  };
  useEffect(() => {
    void read();
    document.getElementById('page-title')?.focus();
  }, []);
  return (
    <main class="page page-scroll" id="main" tabIndex={-1}>
      <header class="page-head named-above">
        <h1 id="page-title" tabIndex={-1}>
          {words.audit}
        </h1>
        <p class="muted desktop-only">{words.auditAbout}</p>
      </header>
      {refusal !== '' && (
        <p class="notice notice-bad" role="alert">
          <Icon of="bad" /> <span>{refusal}</span>
        </p>
      )}
      {entries?.length === 0 && <p class="muted">{words.noAudit}</p>}
      {entries !== undefined && entries.length > 0 && (
        <table class="audit">
          <caption class="sr">{words.auditAbout}</caption>
          <thead>
            <tr>
              <th scope="col" class="figures">
                №
              </th>
              <th scope="col">{words.when}</th>
              <th scope="col">{words.who}</th>
              <th scope="col">{words.what}</th>
              <th scope="col">{words.details}</th>
              <th scope="col">{words.hash}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => (
              <Row key={entry.seq} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
      {more && (
        <p class="earlier">
          <button type="button" class="button button-quiet" onClick={() => void read(entries?.at(-1)?.seq)}>
            {words.older}
          </button>
        </p>
      )}
    </main>
  );
};
