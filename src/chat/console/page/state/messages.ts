import { type Signal, signal } from '@preact/signals';
import type { WireMessage, WirePage, WireThread } from '../../protocol.ts';
import type { Api } from '../net/api.ts';
import type { Memory } from './memory.ts';

/** A channel as far as it was read. */
export interface ChannelState {
  readonly messages: Signal<readonly WireMessage[]>;
  readonly more: Signal<boolean>;
  readonly loaded: Signal<boolean>;
  /** Top-level messages that came while the person was elsewhere. */
  readonly unread: Signal<number>;
  /** The newest message the person had seen when they came: after it stands the “new” line. */
  readonly seenUpTo: Signal<number>;
}

/** An open thread. */
export interface ThreadState {
  readonly key: string;
  readonly root: WireMessage;
  readonly replies: readonly WireMessage[];
}

/** All messages the page knows. */
export interface Messages {
  channel(name: string): ChannelState;
  readonly thread: Signal<ThreadState | undefined>;
  load(channel: string): Promise<void>;
  earlier(channel: string): Promise<void>;
  openThread(key: string): Promise<void>;
  closeThread(): void;
  apply(message: WireMessage): void;
  /** The person has seen the channel to its end. */
  see(channel: string): void;
  /** Reads again what is shown. */
  reload(): Promise<void>;
}

const upsert = (messages: readonly WireMessage[], message: WireMessage): readonly WireMessage[] => {
  const at = messages.findIndex(({ key }) => key === message.key);
  if (at === -1) return [...messages, message].sort((a, b) => a.id - b.id);
  const known = messages[at];
  if (known !== undefined && known.changed > message.changed) return messages;
  return messages.with(at, message);
};

const countReplies = (messages: readonly WireMessage[], key: string, replies: number): readonly WireMessage[] =>
  messages.map((message) => (message.key === key ? { ...message, replies } : message));

const newState = (seen: number): ChannelState => ({
  messages: signal<readonly WireMessage[]>([]),
  more: signal(false),
  loaded: signal(false),
  unread: signal(0),
  seenUpTo: signal(seen),
});

export const createMessages = (api: Api, memory: Memory, isWatched: (channel: string) => boolean): Messages => {
  const channels = new Map<string, ChannelState>();
  const thread = signal<ThreadState | undefined>(undefined);

  const channel = (name: string): ChannelState => {
    const known = channels.get(name);
    if (known !== undefined) return known;
    const made = newState(Number(memory.get(`seen.${name}`) ?? 0));
    channels.set(name, made);
    return made;
  };

  const load = async (name: string): Promise<void> => {
    const state = channel(name);
    const page = await api.get<WirePage>('messages', { channel: name });
    state.messages.value = page.messages.reduce(upsert, state.messages.value.length === 0 ? [] : state.messages.value);
    state.more.value = page.more;
    state.loaded.value = true;
  };

  const earlier = async (name: string): Promise<void> => {
    const state = channel(name);
    const before = state.messages.value[0]?.id;
    const page = await api.get<WirePage>('messages', { channel: name, before });
    const known = new Set(state.messages.value.map(({ key }) => key));
    state.messages.value = [...page.messages.filter(({ key }) => !known.has(key)), ...state.messages.value];
    state.more.value = page.more;
  };

  const applyToThread = (message: WireMessage): void => {
    const open = thread.value;
    if (open === undefined) return;
    if (message.key === open.key) thread.value = { ...open, root: message };
    else if (message.thread === open.key) thread.value = { ...open, replies: upsert(open.replies, message) };
  };

  const apply = (message: WireMessage): void => {
    applyToThread(message);
    const state = channel(message.channel);
    if (message.thread !== undefined) {
      state.messages.value = countReplies(state.messages.value, message.thread, message.replies);
      return;
    }
    const isNew = message.revision === 1 && !state.messages.value.some(({ key }) => key === message.key);
    if (isNew && !message.mine && !isWatched(message.channel)) state.unread.value += 1;
    if (state.loaded.value) state.messages.value = upsert(state.messages.value, message);
  };

  const openThread = async (key: string): Promise<void> => {
    const found = await api.get<WireThread>('thread', { key });
    thread.value = { key, ...found };
  };

  return {
    channel,
    thread,
    load,
    earlier,
    apply,
    openThread,
    closeThread() {
      thread.value = undefined;
    },
    see(name) {
      const state = channel(name);
      state.unread.value = 0;
      const newest = state.messages.value.at(-1)?.id;
      if (newest !== undefined) memory.set(`seen.${name}`, String(newest));
    },
    async reload() {
      const shown = [...channels].filter(([, state]) => state.loaded.value);
      for (const [, state] of shown) state.messages.value = [];
      await Promise.all(shown.map(([name]) => load(name)));
      if (thread.value !== undefined) await openThread(thread.value.key);
    },
  };
};
