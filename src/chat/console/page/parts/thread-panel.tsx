import { useEffect, useRef, useState } from 'preact/hooks';
import { useDeck } from '../state/use-deck.ts';
import { Composer, type Draft, hasKeyboard } from './composer.tsx';
import { Earlier } from './earlier.tsx';
import { Icon } from './icon.tsx';
import { Message } from './message.tsx';
import { reachable } from './reachable.ts';
import { UnreadNotice } from './unread-notice.tsx';
import { UnsentMessages } from './unsent-messages.tsx';
import { useReading } from './use-reading.ts';
import { useStick } from './use-stick.ts';

/** A message and its replies: beside the channel on a desktop, over it on a phone. */
export const ThreadPanel = ({ channel, thread }: { channel: string; thread: string }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const open = deck.messages.thread.value;
  const shown = open?.key === thread ? open : undefined;
  const list = useRef<HTMLDivElement>(null);
  const head = useRef<HTMLHeadingElement>(null);
  const [opener] = useState(() => document.activeElement);
  const [draft, setDraft] = useState<Draft | undefined>(undefined);
  const reading = useReading(() => deck.messages.openThread(thread), shown?.stale);
  const replies = shown?.replies ?? [];
  useStick(list, { count: replies.length, others: replies.filter(({ mine }) => !mine).length });

  useEffect(() => {
    if (!hasKeyboard()) head.current?.focus();
    return () => {
      deck.messages.closeThread();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [thread]);

  useEffect(() => {
    for (const message of shown?.replies ?? []) deck.unsent.value?.settle(message);
  }, [shown?.replies]);

  const count = Math.max(shown?.root?.replies ?? 0, shown?.replies.length ?? 0);
  const close = (): void => deck.go({ at: 'channel', channel });
  return (
    <aside
      class="thread"
      aria-label={words.thread}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header class="page-head">
        <button type="button" class="icon-button phone-only" aria-label={words.back} onClick={close}>
          <Icon of="back" />
        </button>
        <h2 ref={head} tabIndex={-1}>
          {words.thread} <span class="muted">#{channel}</span>
        </h2>
        <button type="button" class="icon-button desktop-only" aria-label={words.close} onClick={close}>
          <Icon of="close" />
        </button>
      </header>
      <div class="list" ref={list} {...reachable} role="log" aria-live="off" aria-label={words.thread}>
        <div class="list-inner">
          <UnreadNotice reading={reading} />
          {shown?.root !== undefined && (
            <>
              <Message message={shown.root} inThread />
              <p class="day">
                <span>{count === 0 ? words.noReplies : words.replies(count)}</span>
              </p>
              {shown.more && <Earlier list={list} read={deck.messages.earlierReplies} />}
              {shown.replies.map((message) => (
                <Message key={message.key} message={message} inThread />
              ))}
            </>
          )}
          <UnsentMessages channel={channel} thread={thread} shown={shown?.replies ?? []} edit={setDraft} />
        </div>
      </div>
      <Composer channel={channel} thread={thread} draft={draft} />
    </aside>
  );
};
