import { useEffect, useRef, useState } from 'preact/hooks';
import type { WireCompletion } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';

const restMs = 70;

const goesOnFrom = (choice: WireCompletion, line: string): boolean =>
  choice.line.toLowerCase().startsWith(line.toLowerCase()) && choice.line.trimEnd() !== line.trimEnd();

/** What could come next in the line being typed, and which of it is chosen (-1 for none). */
export const useCompletions = (channel: string) => {
  const deck = useDeck();
  const [choices, setChoices] = useState<readonly WireCompletion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const asked = useRef(new AbortController());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  /** What was asked is of no use any more, and would only stand in the way of what is sent next. */
  const leave = (): void => {
    clearTimeout(timer.current);
    asked.current.abort();
  };

  const close = (): void => {
    leave();
    setChoices([]);
    setChosen(-1);
  };

  const fetchFor = async (line: string, cursor: number, { signal }: AbortController): Promise<void> => {
    const answer = await deck.api
      .get<{ completions: readonly WireCompletion[] }>('complete', { channel, line, cursor }, signal)
      .catch(() => ({ completions: [] }));
    if (signal.aborted) return;
    setChoices(answer.completions.filter((choice) => choice.line.trimEnd() !== line.trimEnd()));
    setChosen(-1);
  };

  const ask = (line: string, cursor: number): void => {
    if (line.trim() === '' || line.includes('\n')) {
      close();
      return;
    }
    leave();
    // Until there is an answer, only what still goes on from the line is offered.
    setChoices(choices.filter((choice) => goesOnFrom(choice, line)));
    setChosen(-1);
    const turn = new AbortController();
    asked.current = turn;
    timer.current = setTimeout(() => void fetchFor(line, cursor, turn), restMs);
  };

  const move = (by: 1 | -1): void => {
    const next = chosen + by;
    setChosen(next < 0 ? choices.length - 1 : next % choices.length);
  };

  useEffect(() => leave, []);
  return { choices, chosen, ask, move, close };
};
