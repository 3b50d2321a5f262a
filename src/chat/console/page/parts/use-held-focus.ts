import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Tone } from '#core/card.ts';
import { useDeck } from '../state/use-deck.ts';

const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;

/**
 * Keeps the focus on a card whose focused button goes: a keyboard must not begin at the top of the page again. While the
 * focus is on it, its new title is spoken; one that comes with another tone is spoken anyway.
 */
export const useHeldFocus = (title: string, tone: Tone) => {
  const { spoken } = useDeck();
  const card = useRef<HTMLElement>(null);
  const isHeld = useRef(false);
  const known = useRef({ title, tone });

  useLayoutEffect(() => {
    const isNew = known.current.title !== title && known.current.tone === tone;
    known.current = { title, tone };
    if (!isHeld.current) return;
    if (isNowhere()) card.current?.focus({ preventScroll: true });
    if (isNew) spoken.value = title;
  });

  return {
    ref: card,
    tabIndex: -1,
    onFocusIn: () => {
      isHeld.current = true;
    },
    // A button that goes loses the focus before it is gone: only what is drawn next tells it from a click elsewhere.
    onFocusOut: () => {
      setTimeout(() => {
        isHeld.current = card.current?.contains(document.activeElement) ?? false;
      });
    },
  } as const;
};
