import { useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { sentenceOf } from './use-tap.ts';

/** The way to the runs before those in the list. */
export const EarlierRuns = () => {
  const { runs, words } = useDeck();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState('');
  if (runs.before.value === undefined) return null;
  const read = async (): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setRefusal('');
    await runs.loadEarlier().catch((thrown: unknown) => setRefusal(sentenceOf(thrown, words.value.unreachable)));
    setBusy(false);
  };
  return (
    <>
      {refusal !== '' && (
        <p class="notice notice-bad" role="alert">
          <Icon of="bad" /> <span>{refusal}</span>
        </p>
      )}
      <p class="earlier">
        <button type="button" class="button button-quiet" aria-busy={busy} onClick={() => void read()}>
          {words.value.earlierRuns}
        </button>
      </p>
    </>
  );
};
