import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { UnsentElsewhere } from './unsent-elsewhere.tsx';
import { listMoved } from './use-settled.ts';

/** A blink of the connection is not worth a word. */
const graceMs = 1000;

/** Says that the connection is lost or paused; it promises only what holds: a tap is not kept. */
export const Banner = () => {
  const deck = useDeck();
  const words = deck.words.value;
  const state = deck.link.state.value;
  const [late, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    const timer = setTimeout(() => setLate(true), graceMs);
    return () => clearTimeout(timer);
  }, [state]);
  const refusal = deck.link.refusal.value;
  const kept = deck.memory.keeps.value ? words.reconnecting : words.reconnectingUnkept;
  const reconnecting = refusal === undefined ? kept : [refusal.say, refusal.next].filter(Boolean).join(' ');
  const isShown = state === 'displaced' || (late && state !== 'live');
  useLayoutEffect(listMoved, [isShown]); // it comes above all buttons and moves them
  return (
    <div class="banner-place" role="status">
      {isShown && (
        <p class="banner">
          <Icon of={state === 'displaced' ? 'pause' : 'running'} />
          <span>{state === 'displaced' ? words.displaced : reconnecting}</span>
          {state === 'displaced' && (
            <button type="button" class="button button-small" onClick={deck.link.renew}>
              {words.resume}
            </button>
          )}
        </p>
      )}
      <UnsentElsewhere />
    </div>
  );
};
