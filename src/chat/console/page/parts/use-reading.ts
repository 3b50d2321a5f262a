import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';
import { sentenceOf } from './use-tap.ts';

/** How the reading of what a part shows went. */
export interface Reading {
  /** Why it failed, for the person; empty while it did not. */
  readonly failure: string;
  /** The same may succeed later. */
  readonly mayRetry: boolean;
  again(): void;
}

/** How long until it is tried again by itself; each failure doubles it, this often at most. */
const againMs = 4000;
const mostDoubled = 3;

/**
 * Reads what a part shows when it appears, and again while that is not done: after a while, with the next connection, or
 * when the person asks. `isStale`: must it be read, when that is known elsewhere?
 */
export const useReading = (read: () => Promise<void>, isStale?: boolean): Reading => {
  const deck = useDeck();
  const [thrown, setThrown] = useState<{ readonly by: unknown }>();
  const [busy, setBusy] = useState(false);
  const isMissing = useRef(true);
  /** Each connection is one try. */
  const triedAt = useRef(-1);
  const failures = useRef(0);
  const connections = deck.connections.value;
  const mayRetry = !(thrown?.by instanceof Refused) || thrown.by.again;

  const again = async (): Promise<void> => {
    triedAt.current = deck.connections.peek();
    setBusy(true);
    try {
      await read();
      isMissing.current = false;
      failures.current = 0;
      setThrown(undefined);
    } catch (by) {
      failures.current += 1;
      setThrown({ by });
    }
    setBusy(false);
  };

  useEffect(() => {
    if (!busy && (isStale ?? isMissing.current) && triedAt.current !== connections) void again();
  }, [connections, isStale, busy]);

  useEffect(() => {
    if (thrown === undefined || !mayRetry) return;
    const timer = setTimeout(() => void again(), againMs * 2 ** Math.min(failures.current - 1, mostDoubled));
    return () => clearTimeout(timer);
  }, [thrown]);

  return {
    failure: thrown === undefined ? '' : sentenceOf(thrown.by, deck.words.value.noAnswer),
    mayRetry,
    again: () => void again(),
  };
};
