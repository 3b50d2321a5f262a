import { useRef, useState } from 'preact/hooks';
import type { OpenRun } from '../state/runs.ts';
import { useDeck } from '../state/use-deck.ts';
import { reachable } from './reachable.ts';
import { useStick } from './use-stick.ts';

/** What a run's hosts say while they work; of all, or of one. */
export const LiveLog = ({ open }: { open: OpenRun }) => {
  const { words } = useDeck();
  const list = useRef<HTMLPreElement>(null);
  const hosts = [...new Set(open.output.map(({ host }) => host))];
  const [only, setOnly] = useState('');
  useStick(list, { count: open.output.length, others: open.output.length });
  const pieces = open.output.filter(({ host }) => only === '' || host === only);
  return (
    <section class="live-log" aria-label={words.value.liveLog}>
      <h2>{words.value.liveLog}</h2>
      {hosts.length > 1 && (
        <fieldset class="host-choice">
          <legend class="sr">{words.value.hosts}</legend>
          {['', ...hosts].map((host) => (
            <button
              key={host}
              type="button"
              class="button button-small"
              aria-pressed={only === host}
              onClick={() => setOnly(host)}
            >
              {host === '' ? words.value.allHosts : host}
            </button>
          ))}
        </fieldset>
      )}
      <pre class="code live" ref={list} {...reachable} role="log" aria-live="off" aria-label={words.value.liveLog}>
        <code>
          {pieces.length === 0 && <span class="muted">{words.value.noOutput}</span>}
          {pieces.map(({ host, text }, index) => (
            <span key={index} class="line">
              {only === '' && <span class="log-host">{host} │ </span>}
              {text.replace(/\n$/, '')}
              {'\n'}
            </span>
          ))}
        </code>
      </pre>
    </section>
  );
};
