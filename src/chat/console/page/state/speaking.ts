import type { Signal } from '@preact/signals';
import type { WireMessage } from '../../protocol.ts';
import type { Messages } from './messages.ts';

/** Says to a screen reader what comes while the person is there. */
export interface Speaking {
  /** Told of a message before it is applied. What is read from before is never told here. */
  hear(message: WireMessage): void;
}

/** What comes together is said together. */
const togetherMs = 300;
/** A moment of silence: else a text that is the same as the last would not be said. */
const silenceMs = 50;
/** More at once are counted. */
const mostAtOnce = 3;

/** Where a message may stand: what is known of that list, oldest first; undefined where the person is not. */
type ListOf = (message: WireMessage) => readonly WireMessage[] | undefined;

/** Where a message will stand before the person's eyes: in the channel they watch, or in the thread that is open. */
export const listAt =
  (messages: Messages, isWatched: (channel: string) => boolean): ListOf =>
  ({ channel, thread }) => {
    if (!isWatched(channel)) return;
    const open = messages.thread.value;
    if (thread !== undefined) return open?.key === thread && !open.stale ? open.replies : undefined;
    const state = messages.channel(channel);
    return state.loaded.value ? state.messages.value : undefined;
  };

/** Is it worth a word: new, or how it stands is another? What only goes on is not, nor what the person did. */
const isWorth = (message: WireMessage, known: readonly WireMessage[]): boolean => {
  if (message.mine) return false;
  const before = known.find(({ key }) => key === message.key);
  if (before !== undefined) return before.card?.tone !== message.card?.tone;
  return message.id > (known.at(-1)?.id ?? 0);
};

export const createSpeaking = (options: {
  spoken: Signal<string>;
  listOf: ListOf;
  inWords: (message: WireMessage) => string;
  counted: (count: number) => string;
}): Speaking => {
  const { spoken, listOf, inWords, counted } = options;
  const waiting = new Map<string, string>();

  const speak = (): void => {
    const texts = [...waiting.values()];
    waiting.clear();
    spoken.value = '';
    setTimeout(() => {
      spoken.value = texts.length > mostAtOnce ? counted(texts.length) : texts.join(' ');
    }, silenceMs);
  };

  return {
    hear(message) {
      const known = listOf(message);
      if (known === undefined || !(waiting.has(message.key) || isWorth(message, known))) return;
      if (waiting.size === 0) setTimeout(speak, togetherMs);
      waiting.set(message.key, inWords(message)); // of two states that come together the later
    },
  };
};
