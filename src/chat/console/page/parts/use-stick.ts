import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

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

/**
 * Keeps a list at its end while the person is there, and where they read otherwise. `count` is how many items there
 * are, `own` how many of them the person is just sending: what one says oneself is always shown. `away` is how many
 * came since they scrolled up.
 */
export const useStick = (list: RefObject<HTMLElement | null>, count: number, own = 0) => {
  const atEnd = useRef(true);
  const [isAway, setIsAway] = useState(false);
  const [leftAt, setLeftAt] = useState(count);

  const toEnd = (): void => {
    const element = list.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setIsAway(false);
  };

  const follow = (): void => {
    const element = list.current;
    if (element !== null && atEnd.current) element.scrollTop = followedTop(element);
  };

  useLayoutEffect(follow, [count]);
  useLayoutEffect(() => {
    if (own > 0) toEnd();
  }, [own]);

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
    if (!isAway) setLeftAt(count);
  }, [isAway, count]);

  return { isAway, away: isAway ? Math.max(0, count - leftAt) : 0, toEnd };
};
