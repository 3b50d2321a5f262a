import { useEffect } from 'preact/hooks';
import type { HostRecap } from '#core/run.ts';
import type { WireRun } from '../../protocol.ts';
import { addressOf } from '../state/place.ts';
import { useDeck } from '../state/use-deck.ts';
import { duration } from '../words/times.ts';
import { EarlierRuns } from './earlier-runs.tsx';
import { Icon } from './icon.tsx';
import { RecapLine, RunMark } from './run-mark.tsx';
import { UnreadNotice } from './unread-notice.tsx';
import { useReading } from './use-reading.ts';
import { useTitle } from './use-title.ts';

/** All hosts' counts together. */
const together = (run: WireRun): HostRecap =>
  Object.values(run.recap).reduce<Required<HostRecap>>(
    (sum, one) => ({
      ok: sum.ok + one.ok,
      changed: sum.changed + one.changed,
      unreachable: sum.unreachable + one.unreachable,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
      rescued: sum.rescued + one.rescued,
      ignored: sum.ignored + one.ignored,
      unknown: sum.unknown + (one.unknown ?? 0),
      ignoredChanges: sum.ignoredChanges + (one.ignoredChanges ?? 0),
    }),
    { ok: 0, changed: 0, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0, unknown: 0, ignoredChanges: 0 },
  );

const Row = ({ run }: { run: WireRun }) => {
  const { times, words } = useDeck();
  const recap = together(run);
  const took =
    run.startedAt !== undefined && run.finishedAt !== undefined
      ? duration(Date.parse(run.finishedAt) - Date.parse(run.startedAt))
      : undefined;
  return (
    <li>
      <a class="run-row" href={addressOf({ at: 'run', run: run.id })}>
        <RunMark state={run.state} />
        <span class="run-what" dir="auto">
          {run.text}
        </span>
        <span class="run-by muted">
          {run.id} · {run.actor.name} · <time dateTime={run.queuedAt}>{times.value.moment(run.queuedAt)}</time>
          {took === undefined ? '' : ` · ${took}`}
          {run.resumes === undefined ? '' : ` · ${words.value.goesOn(run.resumes)}`}
        </span>
        <RecapLine recap={recap} on={Object.keys(run.recap).length} />
      </a>
    </li>
  );
};

/** The last runs, as they go. */
export const RunsPage = () => {
  const deck = useDeck();
  const words = deck.words.value;
  const list = deck.runs.list.value;
  const loaded = deck.runs.loaded.value;
  const reading = useReading(deck.runs.load);
  useTitle(words.runs);
  useEffect(() => {
    document.getElementById('page-title')?.focus();
  }, []);
  return (
    <main class="page page-scroll" id="main" tabIndex={-1}>
      <header class="page-head named-above">
        <h1 id="page-title" tabIndex={-1}>
          {words.runs}
        </h1>
      </header>
      <UnreadNotice reading={reading} />
      {loaded && list.length === 0 && deck.runs.before.value === undefined && (
        <div class="empty">
          <Icon of="runs" class="empty-mark" />
          <h2>{words.noRuns}</h2>
          <p class="muted">{words.noRunsAbout}</p>
        </div>
      )}
      <ul class="run-list">
        {list.map((run) => (
          <Row key={run.id} run={run} />
        ))}
      </ul>
      <EarlierRuns />
    </main>
  );
};
