import { useDeck } from '../state/use-deck.ts';

/** How the live connection stands, by a shape and a word. */
export const LinkState = () => {
  const deck = useDeck();
  const state = deck.link.state.value;
  return (
    <span class={`link-state link-${state}`}>
      <span class="link-mark" aria-hidden="true" /> <span>{deck.words.value.connection[state]}</span>
    </span>
  );
};
