import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';
import { sentenceOf } from './use-tap.ts';

interface EarlierProps {
  readonly list: RefObject<HTMLElement | null>;
  /** Reads what stands above; `found` is called when it is there and not yet shown. */
  readonly read: (found: () => void) => Promise<void>;
}

/** Reads what stands above in a list: what is on screen when it comes stays there, and a failure is told. */
export const useEarlier = ({ list, read }: EarlierProps) => {
  const words = useDeck().words.value;
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');

  const keepPlace = (): void => {
    const element = list.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.scrollTop;
    requestAnimationFrame(() => {
      element.scrollTop = element.scrollHeight - fromEnd;
    });
  };

  const look = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setFailure('');
    await read(keepPlace).catch((thrown: unknown) => setFailure(sentenceOf(thrown, words.noAnswer)));
    setBusy(false);
  };
  return { busy, failure, look: () => void look() };
};

/** The way to what stands above in a list. */
export const Earlier = (props: EarlierProps) => {
  const words = useDeck().words.value;
  const { busy, failure, look } = useEarlier(props);
  return (
    <p class="earlier">
      <button type="button" class="button button-quiet" aria-busy={busy} onClick={look}>
        {words.earlier}
      </button>
      {failure !== '' && <span role="alert">{failure}</span>}
    </p>
  );
};
