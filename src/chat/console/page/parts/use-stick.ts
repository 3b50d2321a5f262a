import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

const nearPx = 80;

/**
 * Keeps a list at its end while the person is there, and where they read otherwise. `count` is how many items there
 * are; `away` how many came since they scrolled up.
 */
export const useStick = (list: RefObject<HTMLElement | null>, count: number) => {
  const atEnd = useRef(true);
  const [isAway, setIsAway] = useState(false);
  const [leftAt, setLeftAt] = useState(count);

  const toEnd = (): void => {
    const element = list.current;
    if (element === null) return;
    element.scrollTop = element.scrollHeight;
    atEnd.current = true;
    setIsAway(false);
  };

  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [count]);

  useEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = (): void => {
      const end = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx;
      if (end !== atEnd.current) {
        atEnd.current = end;
        setIsAway(!end);
      }
    };
    const follow = new ResizeObserver(() => atEnd.current && toEnd());
    element.addEventListener('scroll', look, { passive: true });
    follow.observe(element);
    if (element.firstElementChild !== null) follow.observe(element.firstElementChild);
    return () => {
      element.removeEventListener('scroll', look);
      follow.disconnect();
    };
  }, []);

  useEffect(() => {
    if (!isAway) setLeftAt(count);
  }, [isAway, count]);

  return { isAway, away: isAway ? Math.max(0, count - leftAt) : 0, toEnd };
};
