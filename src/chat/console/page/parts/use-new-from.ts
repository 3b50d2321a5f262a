import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireMessage } from '../../protocol.ts';
import type { ChannelState } from '../state/messages.ts';

const firstAfter = (messages: readonly WireMessage[], seen: number): number | undefined =>
  seen === 0 ? undefined : messages.find(({ id, mine }) => id > seen && !mine)?.id;

/**
 * The id of the first message that came while the person was away: before it stands the “new” line. It is set when
 * the channel is opened and when the window comes back, and stays until the next time.
 */
export const useNewFrom = (state: ChannelState): number | undefined => {
  const [newFrom, setNewFrom] = useState<number | undefined>(undefined);
  const seen = useRef(state.seenUpTo.peek());
  const loaded = state.loaded.value;

  useEffect(() => {
    if (loaded) setNewFrom(firstAfter(state.messages.peek(), seen.current));
  }, [loaded]);

  useEffect(() => {
    const newest = (): number => state.messages.peek().at(-1)?.id ?? seen.current;
    const look = (): void => {
      if (document.visibilityState === 'hidden') seen.current = newest();
      else setNewFrom(firstAfter(state.messages.peek(), seen.current));
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      state.seenUpTo.value = newest();
    };
  }, []);

  return newFrom;
};
