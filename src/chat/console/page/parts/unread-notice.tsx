import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import type { Reading } from './use-reading.ts';

/** Says that what stands here could not be read, and reads it again. */
export const UnreadNotice = ({ reading }: { reading: Reading }) => {
  const { words } = useDeck();
  if (reading.failure === '') return null;
  return (
    <p class="notice notice-bad" role="alert">
      <Icon of="bad" /> <span>{reading.failure}</span>
      {reading.mayRetry && (
        <button type="button" class="button button-small" onClick={reading.again}>
          {words.value.retry}
        </button>
      )}
    </p>
  );
};
