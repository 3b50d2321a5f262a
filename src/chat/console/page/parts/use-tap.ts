import { useState } from 'preact/hooks';
import type { Action } from '#core/card.ts';
import type { WireMessage, WireTap } from '../../protocol.ts';
import { Refused, Unreachable } from '../net/api.ts';
import type { Deck } from '../state/deck.ts';
import { buttonOf } from '../state/taps.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords, type Words } from '../words/words.ts';

/** After a tap the card's buttons rest this long: what comes under the thumb next was not what it aimed at. */
export const restMs = 1500;

/** The sentence of what was thrown, for the person. */
export const sentenceOf = (thrown: unknown, otherwise: string): string =>
  thrown instanceof Refused ? [thrown.refusal.say, thrown.refusal.next].filter(Boolean).join(' ') : otherwise;

/** A word about the order of the very card: the card itself shows what comes of it. */
const isAnsweredInPlace = ({ key }: WireMessage, { line }: Action): boolean =>
  /^(confirm|approve|deny|cancel)\b/.test(line) && key.startsWith('order:') && line.split(' ')[1] === key.slice(6);

/** Brings the answer into sight, from wherever the button was. */
const toAnswer = (deck: Deck, { id, channel, thread }: WireMessage): void => {
  deck.tapped.value = id;
  if (deck.place.value.at !== 'channel')
    deck.go({ at: 'channel', channel, ...(thread === undefined ? {} : { thread }) });
};

/** Why a tapped button did nothing that one can see: known to be unsent, or without an answer. */
export const missed = (thrown: unknown, label: string, isLost: boolean, words: Words): string =>
  sentenceOf(thrown, isLost ? words.notTapped(label) : words.tapUnanswered(label));

/** What a button's tap does: which one rests, and what went wrong. What just came under the thumb is not taken. */
export const useTap = (message: WireMessage, isSettled: (byPointer: boolean) => boolean) => {
  const deck = useDeck();
  const [resting, setResting] = useState<string | undefined>(undefined);
  const [refused, setRefused] = useState({ action: '', say: '' });
  const tap = async (action: Action, byPointer: boolean): Promise<void> => {
    if (resting !== undefined) return;
    if (!isSettled(byPointer)) return setRefused({ action: action.id, say: deck.words.value.justChanged });
    setResting(action.id);
    setRefused({ action: action.id, say: '' });
    const isLost = deck.link.state.value === 'lost';
    const rest = new Promise((resolve) => setTimeout(resolve, restMs));
    try {
      if (isLost) throw new Unreachable();
      const button = buttonOf(message.key, action);
      const { key, revision } = message;
      const body: WireTap = { id: deck.taps.idOf(button), key, revision, action: action.id, line: action.line };
      const answer = await deck.api.post<{ message?: WireMessage }>('taps', body);
      deck.taps.taken(button);
      if (answer.message !== undefined) {
        deck.messages.apply(answer.message);
        if (!isAnsweredInPlace(message, action)) toAnswer(deck, answer.message);
      }
      await rest;
    } catch (thrown) {
      const label = inWords(action.label, deck.language.value);
      setRefused({ action: action.id, say: missed(thrown, label, isLost, deck.words.value) });
    } finally {
      setResting(undefined);
    }
  };
  const isThere = message.card?.actions?.some(({ id }) => id === refused.action) ?? false;
  return { resting, refusal: isThere ? refused.say : '', tap };
};
