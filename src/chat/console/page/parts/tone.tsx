import type { Tone } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';

interface ToneProps {
  readonly tone: Tone;
  /** Nothing was heard since. */
  readonly asOf?: string | undefined;
  /** The drawing begins to move anew with each; the word stays, so that it is not read out again. */
  readonly revision: number;
}

/** How a card feels: a shape and a word, the colour only helps. */
export const ToneMark = ({ tone, asOf, revision }: ToneProps) => {
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
      <Icon key={revision} of={tone} /> <span>{words.value.tones[tone]}</span>
    </span>
  );
};
