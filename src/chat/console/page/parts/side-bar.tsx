import type { WireSession } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { Icon } from './icon.tsx';
import { LinkState } from './link-state.tsx';
import { Person } from './person.tsx';
import { Places } from './places.tsx';

/** The desktop's left side. */
export const SideBar = ({ session }: { session: WireSession }) => {
  const { words } = useDeck();
  return (
    <nav class="side-bar" aria-label={words.value.places}>
      <p class="brand">
        <Icon of="wheel" /> <span>Quarterdeck</span>
      </p>
      <Places session={session} />
      <div class="side-foot">
        <LinkState />
        <Person session={session} />
      </div>
    </nav>
  );
};
