import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WireRun } from '../../protocol.ts';
import type { ShownLog } from '../state/run-log.ts';
import { useDeck } from '../state/use-deck.ts';
import { useEarlier } from './earlier.tsx';
import { reachable } from './reachable.ts';
import { useGrowing } from './use-growing.ts';
import { useStick } from './use-stick.ts';
import { sentenceOf } from './use-tap.ts';

/** What a host said stands after its name; what became of a step names it in brackets. */
const hostOf = (line: string): string | undefined =>
  /^([^\s|]+) \| /.exec(line)?.[1] ?? /^[a-z]+: \[([^\s\]]+)(?: -> [^\]]+)?\]/.exec(line)?.[1];

/** A heading is one without its asterisks, for which a phone has no room. Whose line it is stands before it; where all are of one host it need not be said. */
const Line = ({ line, only }: { line: string; only: string }) => {
  const head = /^((?:PLAY|TASK|RUNNING HANDLER) .*?) \*{3,}$/.exec(line)?.[1];
  const said = /^[^\s|]+ \| /.exec(line)?.[0] ?? '';
  if (head !== undefined) return <span class="line log-head">{`${head}\n`}</span>;
  const rest = line.slice(said.length);
  return (
    <span class="line">
      {only === '' && said !== '' && <span class="log-host">{said}</span>}
      {rest}
      {'\n'}
    </span>
  );
};

/** Lines are drawn once: only a piece that has changed is drawn again. */
const Piece = ({ text, only }: { text: string; only: string }) =>
  useMemo(
    () => (
      <>
        {text
          .replace(/\n$/, '')
          .split('\n')
          .filter((line) => only === '' || hostOf(line) === only)
          .map((line, index) => (
            <Line key={index} line={line} only={only} />
          ))}
      </>
    ),
    [text, only],
  );

interface HostChoiceProps {
  readonly hosts: readonly string[];
  readonly only: string;
  readonly choose: (host: string) => void;
}

/** More hosts than these are chosen from a list. */
const mostButtons = 12;

const HostList = ({ hosts, only, choose }: HostChoiceProps) => {
  const words = useDeck().words.value;
  return (
    <label class="host-of-many">
      <span>{words.chooseHost}</span>
      <select value={only} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{words.allHosts}</option>
        {hosts.map((host) => (
          <option key={host} value={host}>
            {host}
          </option>
        ))}
      </select>
    </label>
  );
};

const HostChoice = ({ hosts, only, choose }: HostChoiceProps) => {
  const words = useDeck().words.value;
  if (hosts.length > mostButtons) return <HostList hosts={hosts} only={only} choose={choose} />;
  return (
    <fieldset class="host-choice">
      <legend class="sr">{words.hosts}</legend>
      {['', ...hosts].map((host) => (
        <button
          key={host}
          type="button"
          class="button button-small"
          aria-pressed={only === host}
          onClick={() => choose(host)}
        >
          {host === '' ? words.allHosts : host}
        </button>
      ))}
    </fieldset>
  );
};

/** The pieces there are when they are first drawn, one with each frame, from the newest on; those that come are drawn at once. */
const Pieces = ({ pieces, only }: { pieces: ShownLog['pieces']; only: string }) => {
  const [before] = useState(pieces.length);
  const drawn = useGrowing(before, 2);
  return (
    <>
      {pieces.slice(before - drawn).map(({ from, text }) => (
        <Piece key={from} text={text} only={only} />
      ))}
    </>
  );
};

const Lines = ({ shown, only, label }: { shown: ShownLog | undefined; only: string; label: string }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const list = useRef<HTMLPreElement>(null);
  const to = shown?.to ?? 0;
  const { isAway } = useStick(list, { count: to, others: to });
  useEffect(() => {
    deck.runs.log.above.value = isAway;
    return () => {
      deck.runs.log.above.value = false;
    };
  }, [isAway]);
  const failed = deck.runs.log.failure.value;
  const pieces = shown?.pieces ?? [];
  const { busy, failure, look } = useEarlier({ list, read: deck.runs.log.earlier });
  return (
    <pre class="code live" ref={list} {...reachable} role="log" aria-live="off" aria-label={label}>
      <code>
        {(shown?.from ?? 0) > 0 && (
          <button type="button" class="button button-small log-earlier" aria-busy={busy} onClick={look}>
            {words.earlierLog}
          </button>
        )}
        {failure !== '' && <span role="alert">{failure}</span>}
        {pieces.length === 0 && failed === undefined && (
          <span class="muted">{shown === undefined ? words.loading : words.noOutput}</span>
        )}
        <Pieces key={`${only} ${pieces.length > 0}`} pieces={pieces} only={only} />
        {failed !== undefined && <span role="alert">{sentenceOf(failed, words.noAnswer)}</span>}
      </code>
    </pre>
  );
};

/** What a run printed, of all hosts or of one, from its file: its end, and what is before it when it is asked for. */
export const RunLog = ({ run, hosts }: { run: WireRun; hosts: readonly string[] }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const shown = deck.runs.log.shown.value;
  const [only, setOnly] = useState('');
  const label = run.state === 'running' ? words.liveLog : words.runLog;
  const isNone = shown?.none === 'gone' || shown?.none === 'notYours';
  return (
    <section class="live-log" aria-label={label}>
      <h2>{label}</h2>
      {isNone && <p class="muted">{shown.none === 'gone' ? words.logGone : words.logNotYours}</p>}
      {!isNone && hosts.length > 1 && <HostChoice hosts={hosts} only={only} choose={setOnly} />}
      {!isNone && <Lines shown={shown} only={only} label={label} />}
      {(shown?.to ?? 0) > 0 && (
        <p>
          <a class="log-file" href={`/console/api/runs/${run.id}/log/file`} download={`run-${run.id}.log`}>
            {words.wholeLog}
          </a>
        </p>
      )}
    </section>
  );
};
