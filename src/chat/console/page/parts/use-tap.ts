import { useState } from 'preact/hooks';
import type { Action } from '#core/card.ts';
import type { WireMessage, WireTap } from '../../protocol.ts';
import { Refused } from '../net/api.ts';
import { useDeck } from '../state/use-deck.ts';

/** After a tap the card's buttons rest this long: what comes under the thumb next was not what it aimed at. */
const restMs = 1500;

/** The sentence of what was thrown, for the person. */
export const sentenceOf = (thrown: unknown, otherwise: string): string =>
  thrown instanceof Refused ? [thrown.refusal.say, thrown.refusal.next].filter(Boolean).join(' ') : otherwise;

/** What a button's tap does: which one rests, and what went wrong. */
export const useTap = (message: WireMessage) => {
  const deck = useDeck();
  const [resting, setResting] = useState<string | undefined>(undefined);
  const [refusal, setRefusal] = useState('');
  const tap = async (action: Action): Promise<void> => {
    if (resting !== undefined) return;
    setResting(action.id);
    setRefusal('');
    const rest = new Promise((resolve) => setTimeout(resolve, restMs));
    try {
      const body: WireTap = { key: message.key, revision: message.revision, action: action.id, line: action.line };
      const answer = await deck.api.post<{ message?: WireMessage }>('taps', body);
      if (answer.message !== undefined) deck.messages.apply(answer.message);
      await rest;
    } catch (thrown) {
      setRefusal(sentenceOf(thrown, deck.words.value.unreachable));
    } finally {
      setResting(undefined);
    }
  };
  return { resting, refusal, tap };
};
