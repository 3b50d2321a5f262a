import { randomUUID } from 'node:crypto';
import type { ActorId } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { Chat, Incoming, Outgoing, Receipt, Receiver } from '#core/chat.ts';
import { type Clock, iso, systemClock } from '#core/clock.ts';
import type { ErrorCode } from '#core/error-codes.ts';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** What somebody says in a test; `id` makes it the same event again. */
export interface Saying {
  readonly actor: ActorId;
  readonly text: string;
  readonly channel?: string;
  readonly thread?: string;
  readonly id?: string;
}

/** A chat that lives in memory: what was delivered can be read, and people can say and tap. */
export interface MemoryChat extends Chat {
  /** Whom sayings and taps go to. */
  connect(receiver: Receiver): void;
  /** The newest revision of every message, in the order they first came. */
  messages(): readonly Outgoing[];
  message(key: string): Outgoing | undefined;
  /** The messages somebody sees: those to all and those to them. */
  seenBy(actor: ActorId): readonly Outgoing[];
  say(saying: Saying): Promise<Receipt>;
  /** Taps a button of the message as it is now; a tap of the same button on the same revision is the same event. */
  tap(key: string, action: string, actor: ActorId): Promise<Receipt>;
  /** Resolves with the first message whose card satisfies, now or later, within `withinMs`. */
  until(satisfies: (card: Card, message: Outgoing) => boolean, withinMs?: number): Promise<Outgoing>;
}

const fault = (code: ErrorCode, en: string, fr: string): Fault => new Fault({ code, say: t(en, fr), retryable: false });

/** Makes one; `name` is what the inbox and the outbox call it. */
export function createMemoryChat(options: { readonly name?: string; readonly clock?: Clock } = {}): MemoryChat {
  const { name = 'memory', clock = systemClock } = options;
  const delivered = new Map<string, Outgoing>();
  const watchers = new Set<(message: Outgoing) => void>();
  let receiver: Receiver | undefined;

  const receive = (incoming: Omit<Incoming, 'chat' | 'at'>): Promise<Receipt> => {
    if (receiver === undefined) throw fault('memory.no_receiver', 'Nobody listens.', 'Personne n’écoute.');
    return receiver.receive({ ...incoming, chat: name, at: iso(clock) });
  };

  const deliver = async (message: Outgoing): Promise<void> => {
    const before = delivered.get(message.key);
    if (before !== undefined && before.revision >= message.revision) return;
    delivered.set(message.key, message);
    for (const watch of [...watchers]) watch(message);
  };

  const tap = async (key: string, action: string, actor: ActorId): Promise<Receipt> => {
    const message = delivered.get(key);
    const button = message?.card.actions?.find(({ id }) => id === action);
    if (message === undefined || button === undefined) {
      throw fault('memory.no_button', `No button “${action}” on ${key}.`, `Pas de bouton « ${action} » sur ${key}.`);
    }
    const { channel, thread, revision } = message;
    return receive({
      eventId: `${name}:tap:${key}:${revision}:${action}:${actor}`,
      kind: 'action',
      actor,
      channel,
      text: button.line,
      about: key,
      ...(thread === undefined ? {} : { thread }),
    });
  };

  const until: MemoryChat['until'] = (satisfies, withinMs = 5000) => {
    const found = [...delivered.values()].find((message) => satisfies(message.card, message));
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        watchers.delete(watch);
      };
      const watch = (message: Outgoing): void => {
        if (!satisfies(message.card, message)) return;
        stop();
        resolve(message);
      };
      const timer = setTimeout(() => {
        stop();
        reject(
          fault('memory.timeout', 'No such message came in time.', 'Aucun message de ce genre n’est arrivé à temps.'),
        );
      }, withinMs);
      watchers.add(watch);
    });
  };

  return {
    name,
    deliver,
    stop: async () => undefined,
    connect: (to) => {
      receiver = to;
    },
    messages: () => [...delivered.values()],
    message: (key) => delivered.get(key),
    seenBy: (actor) => [...delivered.values()].filter(({ to }) => to === undefined || to === actor),
    say: ({ actor, text, channel = 'ops', thread, id = randomUUID() }) =>
      receive({
        eventId: `${name}:${actor}:${id}`,
        kind: 'message',
        actor,
        channel,
        text,
        ...(thread === undefined ? {} : { thread }),
      }),
    tap,
    until,
  };
}
