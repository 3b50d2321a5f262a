import { type Signal, signal } from '@preact/signals';
import type { WireMessage, WireRefusal, WireSend } from '../../protocol.ts';
import { type Api, Refused, Unreachable } from '../net/api.ts';
import { createHistory } from './history.ts';
import type { Memory } from './memory.ts';

/** A message on its way. `waiting`: for the connection; `refused`: the server will not take it. */
export interface UnsentMessage extends WireSend {
  readonly at: string;
  readonly state: 'sending' | 'waiting' | 'refused';
  readonly refusal?: WireRefusal;
}

/** Messages kept until the server has taken them: each is tried again under its own id, so it is sent once. */
export interface Unsent {
  /** Whose they are. */
  readonly owner: string;
  readonly messages: Signal<readonly UnsentMessage[]>;
  send(message: Omit<WireSend, 'id'>): void;
  discard(id: string): void;
  /** Tries those that wait; called when the connection is back. */
  flush(): void;
}

const retryMs = 3000;

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
    .map((message): UnsentMessage => (message.state === 'refused' ? message : { ...message, state: 'waiting' }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));

export const createUnsent = (
  api: Api,
  memory: Memory,
  owner: string,
  taken: (message: WireMessage) => void,
): Unsent => {
  const messages = signal(kept(memory, owner));
  const history = createHistory(memory, owner);
  /** The bot says there is a secret in it: it is on no disk. */
  const secrets = new Set<string>();
  let busy = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const keep = (message: UnsentMessage): void => {
    const name = `unsent.${owner}.${message.id}`;
    if (secrets.has(message.id)) memory.remove(name);
    else memory.set(name, JSON.stringify(message));
    messages.value = messages.value.some(({ id }) => id === message.id)
      ? messages.value.map((other) => (other.id === message.id ? message : other))
      : [...messages.value, message];
  };

  const discard = (id: string): void => {
    memory.remove(`unsent.${owner}.${id}`);
    messages.value = messages.value.filter((message) => message.id !== id);
  };

  /** True when the next may be tried. */
  const deliver = async (message: UnsentMessage): Promise<boolean> => {
    const { id, channel, text, thread } = message;
    keep({ ...message, state: 'sending' });
    try {
      const body: WireSend = { id, channel, text, ...(thread === undefined ? {} : { thread }) };
      const answer = await api.post<{ message?: WireMessage }>('messages', body);
      discard(id);
      history.add(text);
      if (answer.message !== undefined) taken(answer.message);
      return true;
    } catch (thrown) {
      if (thrown instanceof Refused && thrown.refusal.code.startsWith('secret.')) secrets.add(id);
      const isLater = !(thrown instanceof Refused) || thrown.again || thrown.status === 401;
      if (thrown instanceof Refused && !isLater) keep({ ...message, state: 'refused', refusal: thrown.refusal });
      else keep({ ...message, state: 'waiting' });
      if (!isLater) return true;
      if (!(thrown instanceof Refused) && !(thrown instanceof Unreachable)) throw thrown;
      return false;
    }
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    try {
      for (;;) {
        const next = messages.value.find(({ state }) => state !== 'refused');
        if (next === undefined) return;
        if (await deliver(next)) continue;
        timer = setTimeout(() => void work(), retryMs);
        return;
      }
    } finally {
      busy = false;
    }
  };

  return {
    owner,
    messages,
    discard,
    flush: () => void work(),
    send(message) {
      keep({ ...message, id: crypto.randomUUID(), at: new Date().toISOString(), state: 'sending' });
      void work();
    },
  };
};
