import { useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';
import { inWords } from '../words/words.ts';
import { Composer, type Draft } from './composer.tsx';
import { MessageList } from './message-list.tsx';
import { unreadElsewhere } from './places.tsx';
import { ThreadPanel } from './thread-panel.tsx';
import { useTitle } from './use-title.ts';

/** A channel: its messages, where one types, and the open thread. */
export const ChannelPage = ({ channel, thread }: { channel: string; thread: string | undefined }) => {
  const deck = useDeck();
  const session = deck.session.value;
  const about = typeof session === 'object' ? session.channels.find(({ name }) => name === channel)?.about : undefined;
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const elsewhere = typeof session === 'object' ? unreadElsewhere(deck, session) : 0;
  useTitle(`${elsewhere > 0 ? `(${elsewhere}) ` : ''}#${channel}`);

  return (
    <div class={`channel ${thread === undefined ? '' : 'with-thread'}`}>
      <main class="page" id="main" tabIndex={-1}>
        <header class="page-head named-above">
          <h1>
            <span class="muted">#</span>
            {channel}
          </h1>
          {about !== undefined && <p class="muted">{inWords(about, deck.language.value)}</p>}
        </header>
        <MessageList channel={channel} edit={setDraft} />
        <Composer channel={channel} draft={draft} />
      </main>
      {thread !== undefined && <ThreadPanel key={thread} channel={channel} thread={thread} />}
    </div>
  );
};
