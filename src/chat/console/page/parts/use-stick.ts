import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { listMoved } from './use-settled.ts';

const nearPx = 80;
const marginPx = 8;

/** Where a list that is followed should stand: at its end, or at the top of the last item when that is taller than the list. */
const followedTop = (list: HTMLElement): number => {
  const last = list.firstElementChild?.lastElementChild;
  const end = list.scrollHeight - list.clientHeight;
  if (!(last instanceof HTMLElement) || last.offsetHeight <= list.clientHeight) return end;
  const above = last.getBoundingClientRect().top - list.getBoundingClientRect().top;
  return Math.min(end, list.scrollTop + above - marginPx);
};

const moveTo = (list: HTMLElement, top: number): void => {
  const before = list.scrollTop;
  list.scrollTop = top;
  if (Math.abs(list.scrollTop - before) > 1) listMoved();
};

/** What a followed list holds. */
export interface Followed {
  /** How many items there are. */
  readonly count: number;
  /** How many of them others wrote: only those are new to the person. */
  readonly others: number;
  /** How many the person is just sending: what one says oneself is always shown. */
  readonly sending?: number;
  /** Changes when something was answered to the person alone, or they asked for something: the answer is shown. */
  readonly asked?: number | undefined;
}

/**
 * Keeps a list at its end while the person is there, and where they read otherwise. `away` is how many items of others
 * came since they scrolled up.
 */
export const useStick = (list: RefObject<HTMLElement | null>, followed: Followed) => {
  const { count, others, sending = 0, asked = 0 } = followed;
  const atEnd = useRef(true);
  const [isAway, setIsAway] = useState(false);
  const [leftAt, setLeftAt] = useState(others);

  const toEnd = (): void => {
    const element = list.current;
    if (element !== null) moveTo(element, element.scrollHeight);
    atEnd.current = true;
    setIsAway(false);
  };

  const follow = (): void => {
    const element = list.current;
    if (element !== null && atEnd.current) moveTo(element, followedTop(element));
  };

  useLayoutEffect(follow, [count]);
  const sent = useRef(sending);
  useLayoutEffect(() => {
    if (sending > sent.current) toEnd();
    sent.current = sending;
  }, [sending]);
  const before = useRef(asked);
  useLayoutEffect(() => {
    if (asked > before.current) toEnd();
    before.current = asked;
  }, [asked]);

  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = (): void => {
      const end = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      if (end === atEnd.current) return;
      atEnd.current = end;
      setIsAway(!end);
    };
    const watch = new ResizeObserver(follow);
    element.addEventListener('scroll', look, { passive: true });
    watch.observe(element);
    if (element.firstElementChild !== null) watch.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', look);
      watch.disconnect();
    };
  }, []);

  useEffect(() => {
    if (!isAway) setLeftAt(others);
  }, [isAway, others]);

  return { isAway, away: isAway ? Math.max(0, others - leftAt) : 0, toEnd };
};
