import type { WireSession } from '../../protocol.ts';
import type { Deck } from '../state/deck.ts';
import { addressOf } from '../state/place.ts';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Icon } from './icon.tsx';

/** How many messages somewhere are unread; nothing when there are none. */
export const Count = ({ count }: { count: number }) => {
  const { words } = useDeck();
  if (count === 0) return null;
  return (
    <span class="count">
      <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
      <span class="sr">{words.value.unread(count)}</span>
    </span>
  );
};

/** How many messages are unread in all channels but the one that is open. */
export const unreadElsewhere = (deck: Deck, { channels }: WireSession): number =>
  channels.reduce((sum, { name }) => sum + deck.messages.channel(name).unread.value, 0);

/** The channels and the other places, as links. */
export const Places = ({ session, chosen }: { session: WireSession; chosen?: () => void }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const place = deck.place.value;
  const isAt = (at: string): 'page' | undefined =>
    place.at === at || (at === 'runs' && place.at === 'run') ? 'page' : undefined;
  return (
    <div class="places">
      <h2 class="places-title">{words.channels}</h2>
      <ul>
        {session.channels.map(({ name, about }) => (
          <li key={name}>
            <a
              class="place"
              onClick={chosen}
              href={addressOf({ at: 'channel', channel: name })}
              title={about === undefined ? undefined : inWords(about, deck.language.value)}
              aria-current={place.at === 'channel' && deck.channel.value === name ? 'page' : undefined}
            >
              <Icon of="hash" /> <span class="place-name">{name}</span>
              <Count count={deck.messages.channel(name).unread.value} />
            </a>
          </li>
        ))}
      </ul>
      <ul>
        <li>
          <a class="place" onClick={chosen} href={addressOf({ at: 'runs' })} aria-current={isAt('runs')}>
            <Icon of="runs" /> <span class="place-name">{words.runs}</span>
          </a>
        </li>
        {session.audit && (
          <li>
            <a class="place" onClick={chosen} href={addressOf({ at: 'audit' })} aria-current={isAt('audit')}>
              <Icon of="audit" /> <span class="place-name">{words.audit}</span>
            </a>
          </li>
        )}
      </ul>
    </div>
  );
};
