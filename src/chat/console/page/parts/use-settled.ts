import { useLayoutEffect, useRef } from 'preact/hooks';

/** Who taps sooner after something moved under the thumb aimed at what was there before. */
const settledMs = 500;

let movedAt = Number.NEGATIVE_INFINITY;

/** Told by a list that moved what is in it. */
export const listMoved = (): void => {
  movedAt = performance.now();
};

/** Where an element stands in its card: what grows above it moves it. */
const placeIn = (element: HTMLElement): number => {
  const card = element.closest('.card') ?? element;
  return Math.round(element.getBoundingClientRect().top - card.getBoundingClientRect().top);
};

/** Tells whether the buttons in a box have stood as they are, and where they are, for long enough to be meant. */
export const useSettled = (looks: string) => {
  const box = useRef<HTMLDivElement>(null);
  const known = useRef('');
  const changedAt = useRef(0);
  useLayoutEffect(() => {
    if (box.current === null) return;
    const now = `${placeIn(box.current)} ${looks}`;
    if (now !== known.current) changedAt.current = performance.now();
    known.current = now;
  });
  /** Only a finger or a mouse aims at a place: for the others what counts is the button's own change. */
  const isSettled = (byPointer: boolean): boolean =>
    performance.now() - Math.max(changedAt.current, byPointer ? movedAt : Number.NEGATIVE_INFINITY) >= settledMs;
  return { box, isSettled };
};
