import { useEffect, useState } from 'preact/hooks';

/** How many of those that are wanted may be drawn by now: some more with each frame, so that none takes long. */
export const useGrowing = (wanted: number, each: number): number => {
  const [drawn, setDrawn] = useState(each);
  useEffect(() => {
    if (drawn >= wanted) return;
    const frame = requestAnimationFrame(() => setDrawn(drawn + each));
    return () => cancelAnimationFrame(frame);
  }, [drawn, wanted]);
  return Math.min(drawn, wanted);
};
