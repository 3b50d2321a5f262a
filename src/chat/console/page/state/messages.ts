import { type Signal, signal } from '@preact/signals';
import type { WireMessage, WirePage, WireThread } from '../../protocol.ts';
import type { Api } from '../net/api.ts';
import type { Memory } from './memory.ts';
import { upsert, withReplies } from './upsert.ts';

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

/** An open thread; without a root while it is being read. */
export interface ThreadState {
  readonly key: string;
  readonly root: WireMessage | undefined;
  readonly replies: readonly WireMessage[];
  /** There are older replies than these. */
  readonly more: boolean;
}

/** All messages the page knows. */
export interface Messages {
  channel(name: string): ChannelState;
  readonly thread: Signal<ThreadState | undefined>;
  load(channel: string): Promise<void>;
  earlier(channel: string): Promise<void>;
  openThread(key: string): Promise<void>;
  /** Reads the replies before those of the open thread that are known. */
  earlierReplies(): Promise<void>;
  closeThread(): void;
  apply(message: WireMessage): void;
  /** The person has seen the channel to its end. */
  see(channel: string): void;
  /** Reads again what is shown. */
  reload(): Promise<void>;
}

/** The thread with one more reply, and as many counted as the server says. */
const withReply = (open: ThreadState, reply: WireMessage): ThreadState => ({
  ...open,
  replies: upsert(open.replies, reply),
  root: open.root && { ...open.root, replies: Math.max(open.root.replies, reply.replies) },
});

/** How many messages of a channel nobody has opened yet are kept: what comes while its page is being read. */
const mostEarly = 40;

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
    const oldest = page.more ? (page.messages[0]?.id ?? 0) : 0;
    const early = state.messages.value.filter(({ id }) => id >= oldest);
    state.messages.value = page.messages.reduce(upsert, early);
    state.more.value = page.more;
    state.loaded.value = true;
  };

  const earlier = async (name: string): Promise<void> => {
    const state = channel(name);
    const before = state.messages.value[0]?.id;
    const page = await api.get<WirePage>('messages', { channel: name, before });
    state.messages.value = page.messages.reduce(upsert, state.messages.value);
    state.more.value = page.more;
  };

  const applyToThread = (message: WireMessage): void => {
    const open = thread.value;
    if (open === undefined) return;
    if (message.key === open.key) thread.value = { ...open, root: message };
    else if (message.thread === open.key) thread.value = withReply(open, message);
  };

  const apply = (message: WireMessage): void => {
    applyToThread(message);
    const state = channel(message.channel);
    const known = state.messages.value;
    if (message.thread !== undefined) {
      state.messages.value = withReplies(known, message.thread, message.replies);
      return;
    }
    const isNew = message.revision === 1 && !known.some(({ key }) => key === message.key);
    if (isNew && !message.mine && !isWatched(message.channel)) state.unread.value += 1;
    const after = upsert(known, message);
    state.messages.value = state.loaded.value ? after : after.slice(-mostEarly);
  };

  const openThread = async (key: string): Promise<void> => {
    thread.value = thread.value?.key === key ? thread.value : { key, root: undefined, replies: [], more: false };
    const found = await api.get<WireThread>('thread', { key });
    const open = thread.value;
    if (open?.key !== key) return;
    const oldest = found.more ? (found.replies[0]?.id ?? 0) : 0;
    const known = open.replies.filter(({ id }) => id >= oldest);
    thread.value = { key, root: found.root, replies: found.replies.reduce(upsert, known), more: found.more };
  };

  const earlierReplies = async (): Promise<void> => {
    const { key, replies } = thread.value ?? {};
    if (key === undefined) return;
    const found = await api.get<WireThread>('thread', { key, before: replies?.[0]?.id });
    const open = thread.value;
    if (open?.key === key)
      thread.value = { ...open, replies: found.replies.reduce(upsert, open.replies), more: found.more };
  };

  return {
    channel,
    thread,
    load,
    earlier,
    apply,
    openThread,
    earlierReplies,
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
      for (const [, state] of channels) state.messages.value = [];
      await Promise.all(shown.map(([name]) => load(name)));
      if (thread.value !== undefined) await openThread(thread.value.key);
    },
  };
};
