import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireCompletion } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';

const restMs = 70;

/** What could come next in the line being typed, and which of it is chosen (-1 for none). */
export const useCompletions = (channel: string) => {
  const deck = useDeck();
  const [choices, setChoices] = useState<readonly WireCompletion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const close = (): void => {
    asked.current += 1;
    clearTimeout(timer.current);
    setChoices([]);
    setChosen(-1);
  };

  const fetchFor = async (line: string, cursor: number, turn: number): Promise<void> => {
    const answer = await deck.api
      .get<{ completions: readonly WireCompletion[] }>('complete', { channel, line, cursor })
      .catch(() => ({ completions: [] }));
    if (turn !== asked.current) return;
    setChoices(answer.completions.filter((choice) => choice.line.trimEnd() !== line.trimEnd()));
    setChosen(-1);
  };

  const ask = (line: string, cursor: number): void => {
    asked.current += 1;
    const turn = asked.current;
    clearTimeout(timer.current);
    if (line.trim() === '' || line.includes('\n')) {
      close();
      return;
    }
    timer.current = setTimeout(() => void fetchFor(line, cursor, turn), restMs);
  };

  const move = (by: 1 | -1): void => {
    const next = chosen + by;
    setChosen(next < 0 ? choices.length - 1 : next % choices.length);
  };

  useEffect(() => () => clearTimeout(timer.current), []);
  return { choices, chosen, ask, move, close };
};
