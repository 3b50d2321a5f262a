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

/**
 * Reads what a part shows when it appears, and again while that is not done: with the next connection, or when the
 * person asks. `isStale`: must it be read, when that is known elsewhere?
 */
export const useReading = (read: () => Promise<void>, isStale?: boolean): Reading => {
  const deck = useDeck();
  const [thrown, setThrown] = useState<{ readonly by: unknown }>();
  const [busy, setBusy] = useState(false);
  const isMissing = useRef(true);
  /** Each connection is one try. */
  const triedAt = useRef(-1);
  const connections = deck.connections.value;

  const again = async (): Promise<void> => {
    triedAt.current = deck.connections.peek();
    setBusy(true);
    try {
      await read();
      isMissing.current = false;
      setThrown(undefined);
    } catch (by) {
      setThrown({ by });
    }
    setBusy(false);
  };

  useEffect(() => {
    if (!busy && (isStale ?? isMissing.current) && triedAt.current !== connections) void again();
  }, [connections, isStale, busy]);

  return {
    failure: thrown === undefined ? '' : sentenceOf(thrown.by, deck.words.value.noAnswer),
    mayRetry: !(thrown?.by instanceof Refused) || thrown.by.again,
    again: () => void again(),
  };
};
