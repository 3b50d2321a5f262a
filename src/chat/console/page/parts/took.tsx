import { useEffect, useState } from 'preact/hooks';
import type { WireRun } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { duration } from '../words/times.ts';

/** How long a run took; of one that goes on, how long it has taken by now. */
export const Took = ({ run }: { run: WireRun }) => {
  const { api } = useDeck();
  const [now, setNow] = useState(api.now);
  const goesOn = run.finishedAt === undefined;
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => setNow(api.now()), 1000);
    return () => clearInterval(timer);
  }, [goesOn]);
  const until = run.finishedAt === undefined ? now : Date.parse(run.finishedAt);
  return <>{duration(until - Date.parse(run.startedAt ?? run.queuedAt))}</>;
};
