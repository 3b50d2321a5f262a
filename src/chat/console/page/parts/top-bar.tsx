import { useState } from 'preact/hooks';
import type { WireSession } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { LinkState } from './link-state.tsx';
import { Person } from './person.tsx';
import { Count, Places, unreadElsewhere } from './places.tsx';
import { Sheet } from './sheet.tsx';

const usePlaceName = (): string => {
  const deck = useDeck();
  const words = deck.words.value;
  const place = deck.place.value;
  if (place.at === 'runs') return words.runs;
  if (place.at === 'run') return `${words.run} ${place.run}`;
  return place.at === 'audit' ? words.audit : deck.channel.value;
};

/** The phone's top: the menu, where one is, and how the connection stands. */
export const TopBar = ({ session }: { session: WireSession }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const [open, setOpen] = useState(false);
  const name = usePlaceName();
  const unread = unreadElsewhere(deck, session);
  return (
    <header class="top-bar">
      <button
        type="button"
        class="icon-button"
        aria-label={unread === 0 ? words.menu : `${words.menu}, ${words.unread(unread)}`}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Icon of="menu" />
        <Count count={unread} />
      </button>
      <p class="top-title">
        {deck.place.value.at === 'channel' && <Icon of="hash" />}
        <span>{name}</span>
      </p>
      <LinkState />
      {open && (
        <Sheet title="Quarterdeck" class="menu-sheet" onClose={() => setOpen(false)}>
          <nav aria-label={words.menu}>
            <Places session={session} chosen={() => setOpen(false)} />
          </nav>
          <Person session={session} />
        </Sheet>
      )}
    </header>
  );
};
