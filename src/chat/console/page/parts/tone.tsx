import type { Tone } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';

/** How a card feels: a shape and a word, the colour only helps. */
export const ToneMark = ({ tone }: { tone: Tone }) => {
  const { words } = useDeck();
  return (
    <span class={`mark tone-${tone}`}>
      <Icon of={tone} /> <span>{words.value.tones[tone]}</span>
    </span>
  );
};
