import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireAudit, WireAuditEntry } from '../../protocol.ts';
import { asTold, joined } from '../state/audit-entry.ts';
import { useDeck } from '../state/use-deck.ts';
import { auditWords } from '../words/audit.ts';
import { AuditRow } from './audit-row.tsx';
import { Icon } from './icon.tsx';
import { UnreadNotice } from './unread-notice.tsx';
import { useReading } from './use-reading.ts';
import { sentenceOf } from './use-tap.ts';
import { useTitle } from './use-title.ts';

/** Who did what: the last entries of the audit, newest first. */
export const AuditPage = () => {
  const deck = useDeck();
  const words = deck.words.value;
  const [entries, setEntries] = useState<readonly WireAuditEntry[] | undefined>(undefined);
  const [more, setMore] = useState(false);
  useTitle(words.audit);
  const busy = useRef(false);
  const read = async (before?: number): Promise<void> => {
    if (busy.current) return;
    busy.current = true;
    try {
      const page = await deck.api.get<WireAudit>('audit', { before });
      setEntries((known) => joined(before === undefined ? [] : (known ?? []), page.entries));
      setMore(page.more);
    } finally {
      busy.current = false;
    }
  };
  const reading = useReading(() => read());
  const [refusal, setRefusal] = useState('');
  const older = (): void => {
    setRefusal('');
    read(entries?.at(-1)?.seq).catch((thrown: unknown) => setRefusal(sentenceOf(thrown, words.unreachable)));
  };
  useEffect(() => {
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
      <UnreadNotice reading={reading} />
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
              <th scope="col" class="audit-when">
                {words.when}
              </th>
              <th scope="col" class="audit-who">
                {words.who}
              </th>
              <th scope="col">{words.what}</th>
              <th scope="col" class="audit-hosts">
                {words.hosts}
              </th>
              <th scope="col" class="audit-outcome">
                {auditWords(deck.language.value).outcome}
              </th>
            </tr>
          </thead>
          <tbody>
            {asTold(entries).map((entry) => (
              <AuditRow key={entry.seq} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
      {more && (
        <p class="earlier">
          <button type="button" class="button button-quiet" onClick={older}>
            {words.older}
          </button>
        </p>
      )}
    </main>
  );
};
