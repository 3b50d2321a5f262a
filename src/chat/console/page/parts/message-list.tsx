import { Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { WireMessage } from '../../protocol.ts';
import type { UnsentMessage } from '../state/unsent.ts';
import { useDeck } from '../state/use-deck.ts';
import type { Draft } from './composer.tsx';
import { Earlier } from './earlier.tsx';
import { Icon } from './icon.tsx';
import { Message } from './message.tsx';
import { reachable } from './reachable.ts';
import { UnreadNotice } from './unread-notice.tsx';
import { UnsentMessages } from './unsent-messages.tsx';
import { useNewFrom } from './use-new-from.ts';
import { useReading } from './use-reading.ts';
import { useStick } from './use-stick.ts';

const Empty = ({ channel }: { channel: string }) => {
  const deck = useDeck();
  const words = deck.words.value;
  return (
    <div class="empty">
      <Icon of="wheel" class="empty-mark" />
      <h2>{words.emptyTitle}</h2>
      <p class="muted">{words.emptyText}</p>
      <p class="empty-lines">
        {words.emptyLines.map((text) => (
          <button
            key={text}
            type="button"
            class="button button-plain"
            onClick={() => deck.unsent.value?.send({ channel, text })}
          >
            <code>{text}</code>
          </button>
        ))}
      </p>
    </div>
  );
};

/**
 * The newest message that the person waits for: their own tap, as far as a new message answers it, or a word to them
 * alone.
 */
const newestAsked = (messages: readonly WireMessage[], tapped: number): number =>
  messages.findLast(({ id, mine, onlyYou }) => id === tapped || (onlyYou && !mine))?.id ?? 0;

/** A channel's messages: days, the “new” line, and what is on its way. */
export const MessageList = ({ channel, edit }: { channel: string; edit: (draft: Draft) => void }) => {
  const deck = useDeck();
  const words = deck.words.value;
  const times = deck.times.value;
  const state = deck.messages.channel(channel);
  const messages = state.messages.value;
  const reading = useReading(() => deck.messages.load(channel), state.stale.value && channel !== '');
  const list = useRef<HTMLDivElement>(null);
  const isHere = (message: UnsentMessage): boolean => message.channel === channel && message.thread === undefined;
  const onTheWay = deck.unsent.value?.messages.value.filter(isHere).length ?? 0;
  const { isAway, away, toEnd } = useStick(list, {
    count: messages.length + onTheWay,
    others: messages.filter(({ mine }) => !mine).length,
    sending: onTheWay,
    asked: newestAsked(messages, deck.tapped.value),
  });
  const newFrom = useNewFrom(state);

  useEffect(() => {
    state.above.value = isAway;
    const look = (): void => {
      if (!isAway && document.visibilityState === 'visible') deck.messages.see(channel);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [messages.length, isAway]);
  useEffect(
    () => () => {
      state.above.value = false;
    },
    [],
  );
  useEffect(() => {
    for (const message of messages) deck.unsent.value?.settle(message);
  }, [messages]);

  return (
    <div class="list-place">
      <div class="list" ref={list} {...reachable} role="log" aria-live="off" aria-label={words.messagesIn(channel)}>
        <div class="list-inner">
          <UnreadNotice reading={reading} />
          {state.more.value && <Earlier list={list} read={(found) => deck.messages.earlier(channel, found)} />}
          {state.loaded.value && messages.length === 0 && onTheWay === 0 && <Empty channel={channel} />}
          {messages.map((message, at) => (
            <Fragment key={message.key}>
              {times.dayKey(message.at) !== times.dayKey(messages[at - 1]?.at ?? '1970-01-01') && (
                <p class="day">
                  <span>{times.day(message.at)}</span>
                </p>
              )}
              {message.id === newFrom && (
                <p class="new-line">
                  <span>{words.newMessages}</span>
                </p>
              )}
              <Message message={message} />
            </Fragment>
          ))}
          <UnsentMessages channel={channel} shown={messages} edit={edit} />
        </div>
      </div>
      {isAway && (
        <button type="button" class="jump" aria-label={away > 0 ? words.jump(away) : words.jumpDown} onClick={toEnd}>
          {away > 0 && <span>{words.jump(away)}</span>}
          <Icon of="down" />
        </button>
      )}
    </div>
  );
};
