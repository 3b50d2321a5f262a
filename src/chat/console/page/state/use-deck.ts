import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Deck } from './deck.ts';

/** Hands the deck down to every part. */
export const DeckContext = createContext<Deck | undefined>(undefined);

export const useDeck = (): Deck => {
  const deck = useContext(DeckContext);
  if (deck === undefined) throw new Error('a part was drawn outside the deck');
  return deck;
};
