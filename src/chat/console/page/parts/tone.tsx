import type { Tone } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';

/** How a card feels: a shape and a word, the colour only helps. `asOf`: nothing was heard since. */
export const ToneMark = ({ tone, asOf }: { tone: Tone; asOf?: string | undefined }) => {
  const { words, times } = useDeck();
  if (asOf !== undefined) {
    return (
      <span class="mark tone-info">
        <Icon of="clock" /> <span>{words.value.asOf(times.value.clock(asOf))}</span>
      </span>
    );
  }
  return (
    <span class={`mark tone-${tone}`}>
      <Icon of={tone} /> <span>{words.value.tones[tone]}</span>
    </span>
  );
};
