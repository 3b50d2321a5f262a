import { useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';

/** What is being typed in one place: kept until it is sent, also when the page is left or the session ends. */
export const useDraft = (channel: string, thread: string | undefined): readonly [string, (text: string) => void] => {
  const deck = useDeck();
  const session = deck.session.peek();
  const name = `draft.${typeof session === 'object' ? session.actor.id : ''}.${channel}.${thread ?? ''}`;
  const [text, setText] = useState(() => deck.memory.get(name) ?? '');
  const write = (next: string): void => {
    setText(next);
    if (next === '') deck.memory.remove(name);
    else deck.memory.set(name, next);
  };
  return [text, write];
};
