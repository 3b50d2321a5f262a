import { type Signal, signal } from '@preact/signals';
import type { WireMessage, WirePage, WireThread } from '../../protocol.ts';
import type { Api } from '../net/api.ts';
import type { Memory } from './memory.ts';
import { isBeyond, upsert, withReplies } from './upsert.ts';

/** A channel as far as it was read. */
export interface ChannelState {
  readonly messages: Signal<readonly WireMessage[]>;
  readonly more: Signal<boolean>;
  readonly loaded: Signal<boolean>;
  /** It must be read, for the first time or again; what is known is shown meanwhile. */
  readonly stale: Signal<boolean>;
  /** Top-level messages that came while the person was elsewhere. */
  readonly unread: Signal<number>;
  /** The newest message the person had seen when they came: after it stands the “new” line. */
  readonly seenUpTo: Signal<number>;
  /** The person reads above the end: nothing above is let go. */
  readonly above: Signal<boolean>;
}

/** An open thread; without a root while it is being read. */
export interface ThreadState {
  readonly key: string;
  readonly root: WireMessage | undefined;
  readonly replies: readonly WireMessage[];
  /** There are older replies than these. */
  readonly more: boolean;
  /** It must be read, for the first time or again. */
  readonly stale: boolean;
}

/** All messages the page knows. */
export interface Messages {
  channel(name: string): ChannelState;
  readonly thread: Signal<ThreadState | undefined>;
  load(channel: string): Promise<void>;
  /** Reads the messages before those that are known; `found` is called when they are there and not yet shown. */
  earlier(channel: string, found?: () => void): Promise<void>;
  openThread(key: string): Promise<void>;
  /** The same for the replies of the open thread. */
  earlierReplies(found?: () => void): Promise<void>;
  closeThread(): void;
  apply(message: WireMessage): void;
  /** The person has seen the channel to its end. */
  see(channel: string): void;
  /** Too much was missed: all must be read again. Until that has succeeded, the old is kept. */
  doubt(): void;
}

/** The thread with one more reply, and as many counted as the server says. */
const withReply = (open: ThreadState, reply: WireMessage): ThreadState => ({
  ...open,
  replies: isBeyond(open.replies, open.more, reply) ? open.replies : upsert(open.replies, reply),
  root: open.root && { ...open.root, replies: Math.max(open.root.replies, reply.replies) },
});

/** How many messages of a channel nobody has opened yet are kept: what comes while its page is being read. */
const mostEarly = 40;

/** How many messages of a channel are kept while nobody reads the oldest of them. */
const mostKept = 400;

const letGo = ({ messages, more, above }: ChannelState): void => {
  if (above.value || messages.value.length <= mostKept) return;
  messages.value = messages.value.slice(-mostKept);
  more.value = true;
};

const newState = (seen: number): ChannelState => ({
  messages: signal<readonly WireMessage[]>([]),
  more: signal(false),
  loaded: signal(false),
  stale: signal(true),
  unread: signal(0),
  seenUpTo: signal(seen),
  above: signal(false),
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

  /** What stood there when too much was missed: it stays until the new is there, and no longer. */
  const doubted = new WeakSet<WireMessage>();
  let doubts = 0;

  /** The newest page, with what came while it was being read. */
  const together = (page: readonly WireMessage[], more: boolean, known: readonly WireMessage[]) => {
    const oldest = more ? (page[0]?.id ?? 0) : 0;
    return page.reduce(
      upsert,
      known.filter((message) => message.id >= oldest && !doubted.has(message)),
    );
  };

  const load = async (name: string): Promise<void> => {
    const state = channel(name);
    const before = doubts;
    const page = await api.get<WirePage>('messages', { channel: name });
    state.messages.value = together(page.messages, page.more, state.messages.value);
    state.more.value = page.more;
    state.loaded.value = true;
    state.stale.value = before !== doubts;
  };

  const earlier = async (name: string, found?: () => void): Promise<void> => {
    const state = channel(name);
    const before = state.messages.value[0]?.id;
    const page = await api.get<WirePage>('messages', { channel: name, before });
    if (state.messages.value[0]?.id !== before) return; // it begins elsewhere by now: between would be a gap
    found?.();
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
    if (isBeyond(known, state.more.value, message)) return;
    const isNew = message.revision === 1 && !known.some(({ key }) => key === message.key);
    if (isNew && !message.mine && !isWatched(message.channel)) state.unread.value += 1;
    const after = upsert(known, message);
    state.messages.value = state.loaded.value ? after : after.slice(-mostEarly);
    if (!isWatched(message.channel)) letGo(state);
  };

  const openThread = async (key: string): Promise<void> => {
    const before = doubts;
    if (thread.value?.key !== key) thread.value = { key, root: undefined, replies: [], more: false, stale: true };
    const { root, replies, more } = await api.get<WireThread>('thread', { key });
    const open = thread.value;
    if (open?.key !== key) return;
    thread.value = { key, root, replies: together(replies, more, open.replies), more, stale: before !== doubts };
  };

  const earlierReplies = async (found?: () => void): Promise<void> => {
    const { key, replies } = thread.value ?? {};
    if (key === undefined) return;
    const before = replies?.[0]?.id;
    const page = await api.get<WireThread>('thread', { key, before });
    const open = thread.value;
    if (open?.key !== key || open.replies[0]?.id !== before) return;
    found?.();
    thread.value = { ...open, replies: page.replies.reduce(upsert, open.replies), more: page.more };
  };

  const doubt = (): void => {
    doubts += 1;
    for (const state of channels.values()) {
      state.stale.value = true;
      for (const message of state.messages.value) doubted.add(message);
    }
    if (thread.value === undefined) return;
    for (const reply of thread.value.replies) doubted.add(reply);
    thread.value = { ...thread.value, stale: true };
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
      letGo(state);
    },
    doubt,
  };
};
