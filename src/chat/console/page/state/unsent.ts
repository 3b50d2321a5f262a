import { type Signal, signal } from '@preact/signals';
import type { WireMessage, WireRefusal, WireSend } from '../../protocol.ts';
import { type Api, Refused, Unreachable } from '../net/api.ts';
import { createDiscarded } from './discarded.ts';
import { createHistory } from './history.ts';
import type { Memory } from './memory.ts';
import { newId } from './new-id.ts';

/**
 * A message on its way. `waiting`: it is tried again by itself, after the `refusal` when there was one; `asking`: it is
 * sent when the person says so; `refused`: the server will not take it.
 */
export interface UnsentMessage extends WireSend {
  readonly at: string;
  readonly state: 'sending' | 'waiting' | 'asking' | 'refused';
  readonly refusal?: WireRefusal;
  /** Why it waits, where nothing was refused: it got no answer, or stands behind one that waits. */
  readonly why?: 'unanswered' | 'behind';
  /** It was not taken at once: what can be done with it is shown, and stays. */
  readonly tried?: true;
  /** The bot says there is a secret in it: it is on no disk. */
  readonly secret?: true;
}

/** One person's messages, kept until the server has taken them: each is tried under its own id, so it is sent once. */
export interface Unsent {
  /** Whose they are. */
  readonly owner: string;
  readonly messages: Signal<readonly UnsentMessage[]>;
  send(message: Omit<WireSend, 'id'> & Pick<UnsentMessage, 'secret'>): void;
  /** Sends one that asked. */
  sendNow(id: string): void;
  discard(id: string): void;
  /** The server has this message: it is no longer on its way. */
  settle(message: WireMessage): void;
  /** Tries those that wait; called when the connection is back. */
  flush(): void;
  /** Nothing more is sent: the person signed out. */
  stop(): void;
}

/** How long between two tries, and after how long a line is no longer sent unasked: what it was about may be over. */
export interface UnsentTimes {
  readonly retryMs: number;
  readonly freshMs: number;
}

const usualTimes: UnsentTimes = { retryMs: 3000, freshMs: 300_000 };

/** What was left by a page that is gone; it asks before it is sent. */
const kept = (memory: Memory, owner: string): readonly UnsentMessage[] =>
  memory
    .names(`unsent.${owner}.`)
    .flatMap((name) => {
      try {
        return [JSON.parse(memory.get(name) ?? '') as UnsentMessage]; // written by `keep` below
      } catch {
        memory.remove(name);
        return [];
      }
    })
    .map((message): UnsentMessage => (message.state === 'refused' ? message : { ...message, state: 'asking' }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));

const isDue = ({ state }: UnsentMessage): boolean => state === 'sending' || state === 'waiting';

const inState = ({ refusal: _, why: __, ...message }: UnsentMessage, state: UnsentMessage['state']): UnsentMessage => ({
  ...message,
  state,
  tried: true,
});

/** Answers about the moment, not about a message: the next would be answered so, too. */
const ofTheMoment = [429, 502, 503, 504];

/** What becomes of a message that was not taken. */
const after = (message: UnsentMessage, thrown: unknown): UnsentMessage => {
  if (!(thrown instanceof Refused)) return { ...inState(message, 'waiting'), why: 'unanswered' };
  if (thrown.isOfSession) return inState(message, 'waiting');
  const { refusal } = thrown;
  const secret: Pick<UnsentMessage, 'secret'> = refusal.code.startsWith('secret.') ? { secret: true } : {};
  return { ...message, ...secret, tried: true, state: thrown.again ? 'waiting' : 'refused', refusal };
};

export const createUnsent = (
  api: Api,
  memory: Memory,
  owner: string,
  taken: (message: WireMessage) => void,
  { retryMs, freshMs }: UnsentTimes = usualTimes,
): Unsent => {
  const discarded = createDiscarded(memory, owner, (id) => drop(id));
  const messages = signal(kept(memory, owner).filter(({ id }) => !discarded.has(id)));
  const history = createHistory(memory, owner);
  let busy = false;
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const find = (id: string): UnsentMessage | undefined => messages.value.find((message) => message.id === id);

  const drop = (id: string): void => {
    memory.remove(`unsent.${owner}.${id}`);
    messages.value = messages.value.filter((message) => message.id !== id);
  };

  const keep = (message: UnsentMessage): void => {
    if (discarded.has(message.id)) {
      drop(message.id);
      return;
    }
    const name = `unsent.${owner}.${message.id}`;
    if (message.secret) memory.remove(name);
    else memory.set(name, JSON.stringify(message));
    messages.value =
      find(message.id) === undefined
        ? [...messages.value, message]
        : messages.value.map((other) => (other.id === message.id ? message : other));
  };

  /** True when others may be tried. */
  const deliver = async (message: UnsentMessage): Promise<boolean> => {
    const { id, channel, text, thread } = message;
    keep({ ...message, state: 'sending' });
    if (find(id) === undefined) return true;
    try {
      const body: WireSend = { id, channel, text, ...(thread === undefined ? {} : { thread }) };
      const answer = await api.post<{ message?: WireMessage }>('messages', body);
      drop(id);
      if (answer.message?.text === text) history.add(text); // what the bot hides is not kept here either
      if (answer.message !== undefined) taken(answer.message);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof Refused) && !(thrown instanceof Unreachable)) throw thrown;
      if (find(id) !== undefined) keep(after(message, thrown));
      return thrown instanceof Refused && !thrown.isOfSession && !ofTheMoment.includes(thrown.status);
    }
  };

  const isOld = ({ at }: UnsentMessage): boolean => Date.now() - Date.parse(at) > freshMs;

  /** Tries each once, also those that come meanwhile: one that is refused does not hold up the others. */
  const tryAll = async (): Promise<void> => {
    const tried = new Set<string>();
    while (!stopped) {
      const next = messages.value.find((message) => isDue(message) && !tried.has(message.id));
      if (next === undefined) return;
      tried.add(next.id);
      if (isOld(next)) keep({ ...next, state: 'asking' });
      else if (!(await deliver(next))) break;
    }
    for (const left of messages.value.filter(({ state }) => state === 'sending'))
      keep({ ...inState(left, 'waiting'), why: 'behind' });
  };

  const work = async (): Promise<void> => {
    if (busy || stopped) return;
    busy = true;
    clearTimeout(timer);
    try {
      await tryAll();
    } finally {
      busy = false;
      if (!stopped && messages.value.some(isDue)) timer = setTimeout(() => void work(), retryMs);
    }
  };

  return {
    owner,
    messages,
    discard(id) {
      drop(id);
      discarded.add(id);
    },
    flush: () => void work(),
    send(message) {
      keep({ ...message, id: newId(), at: new Date().toISOString(), state: 'sending' });
      void work();
    },
    sendNow(id) {
      const message = find(id);
      if (message === undefined) return;
      keep({ ...inState(message, 'sending'), at: new Date().toISOString() });
      void work();
    },
    settle({ mine, key }) {
      if (!mine) return;
      for (const { id } of messages.value.filter((message) => key.endsWith(`:${message.id}`))) drop(id);
    },
    stop() {
      stopped = true;
      discarded.stop();
      clearTimeout(timer);
    },
  };
};
