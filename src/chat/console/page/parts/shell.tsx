import type { WireSession } from '../../protocol.ts';
import { useDeck } from '../state/use-deck.ts';
import { AuditPage } from './audit-page.tsx';
import { Banner } from './banner.tsx';
import { BottomBar } from './bottom-bar.tsx';
import { ChannelPage } from './channel-page.tsx';
import { RunPage } from './run-page.tsx';
import { RunsPage } from './runs-page.tsx';
import { SideBar } from './side-bar.tsx';
import { TopBar } from './top-bar.tsx';

const Content = () => {
  const deck = useDeck();
  const place = deck.place.value;
  if (place.at === 'runs') return <RunsPage />;
  if (place.at === 'run') return <RunPage key={place.run} id={place.run} />;
  if (place.at === 'audit') return <AuditPage />;
  return <ChannelPage key={deck.channel.value} channel={deck.channel.value} thread={place.thread} />;
};

/** What a signed-in person sees: the bars around one place. */
export const Shell = ({ session }: { session: WireSession }) => {
  const deck = useDeck();
  const words = deck.words.value;
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {words.skipMain}
      </button>
      <SideBar session={session} />
      <TopBar session={session} />
      <Banner />
      <Content />
      <BottomBar session={session} />
      <p class="sr" role="status" aria-live="polite">
        {deck.spoken.value}
      </p>
    </div>
  );
};
