import type { WireSession } from '../../protocol.ts';
import { addressOf } from '../state/place.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';

/** The phone's bottom: the three places under the thumb. */
export const BottomBar = ({ session }: { session: WireSession }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const { at } = deck.place.value;
  const current = (is: boolean): 'page' | undefined => (is ? 'page' : undefined);
  return (
    <nav class="bottom-bar" aria-label={words.places}>
      <a href={addressOf({ at: 'channel', channel: deck.channel.value })} aria-current={current(at === 'channel')}>
        <Icon of="hash" /> <span>{words.channel}</span>
      </a>
      <a href={addressOf({ at: 'runs' })} aria-current={current(at === 'runs' || at === 'run')}>
        <Icon of="runs" /> <span>{words.runs}</span>
      </a>
      {session.audit && (
        <a href={addressOf({ at: 'audit' })} aria-current={current(at === 'audit')}>
          <Icon of="audit" /> <span>{words.audit}</span>
        </a>
      )}
    </nav>
  );
};
