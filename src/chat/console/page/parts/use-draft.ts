import { useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';

/** What is being typed in one place: kept until it is sent, also when the page is left or the session ends. */
export const useDraft = (channel: string, thread: string | undefined) => {
  const deck = useDeck();
  const session = deck.session.peek();
  const name = `draft.${typeof session === 'object' ? session.actor.id : ''}.${channel}.${thread ?? ''}`;
  const [text, setText] = useState(() => deck.memory.get(name) ?? '');
  /** Holds a secret, as far as the bot said: until the line is gone it is in the page alone. */
  const [isSecret, setSecret] = useState(false);
  const write = (next: string, holdsSecret = isSecret): void => {
    setText(next);
    setSecret(holdsSecret && next !== '');
    if (next === '' || holdsSecret) deck.memory.remove(name);
    else deck.memory.set(name, next);
  };
  return { text, isSecret, write };
};
