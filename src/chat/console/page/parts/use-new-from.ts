import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireMessage } from '../../protocol.ts';
import type { ChannelState } from '../state/messages.ts';
import { useDeck } from '../state/use-deck.ts';

const firstAfter = (messages: readonly WireMessage[], seen: number): number | undefined =>
  seen === 0 ? undefined : messages.find(({ id, mine }) => id > seen && !mine)?.id;

/** What was missed comes this soon after the connection stands. */
const catchUpMs = 3000;

/**
 * The id of the first message that came while the person was away: before it stands the “new” line. It is set when
 * the channel is opened and when the window comes back, and stays until the next time. A window that comes back may
 * have to connect first: what it missed then counts as well, and so does what comes after the connection was lost.
 */
export const useNewFrom = (state: ChannelState): number | undefined => {
  const deck = useDeck();
  const [newFrom, setNewFrom] = useState<number | undefined>(undefined);
  const seen = useRef(state.seenUpTo.peek());
  const isBack = useRef(false);
  const loaded = state.loaded.value;
  const messages = state.messages.value;
  const connections = deck.connections.value;

  const newest = (): number => state.messages.peek().at(-1)?.id ?? seen.current;
  const decide = (): void => setNewFrom(firstAfter(state.messages.peek(), seen.current));

  useEffect(() => {
    if (loaded) decide();
  }, [loaded]);

  useEffect(() => {
    if (isBack.current) decide();
  }, [messages]);

  const isLost = deck.link.state.value === 'lost';
  useEffect(() => {
    if (!isLost || isBack.current) return;
    seen.current = newest();
    isBack.current = true;
  }, [isLost]);

  useEffect(() => {
    if (isLost) return;
    const timer = setTimeout(() => {
      isBack.current = false;
    }, catchUpMs);
    return () => clearTimeout(timer);
  }, [connections, isLost]);

  useEffect(() => {
    const look = (): void => {
      const isHidden = document.visibilityState === 'hidden';
      isBack.current = !isHidden && deck.link.state.peek() !== 'live';
      if (isHidden) seen.current = newest();
      else decide();
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      state.seenUpTo.value = newest();
    };
  }, []);

  return newFrom;
};
