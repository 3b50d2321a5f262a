import type { Chat, Outgoing } from '#core/chat.ts';
import type { Clock } from '#core/clock.ts';
import { type Refusal, refusalOf } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { longestPostponedMs, type Outbox } from '#core/store.ts';
import { t } from '#core/text.ts';

const batch = 100;
const firstWaitMs = 500;

const undelivered: Refusal = {
  code: 'chat.failed',
  say: t('The chat did not take the message.', 'Le chat n’a pas pris le message.'),
  retryable: true,
};

/**
 * Carries what must be said from the disk to one chat, oldest first, and tries again until the chat takes it. A message
 * that was edited meanwhile is delivered in its newest form only. A channel that fails waits without holding up others.
 */
export function pumpOutbox(options: { outbox: Outbox; chat: Chat; clock: Clock; log: Log }): {
  kick(): void;
  stop(): Promise<void>;
} {
  const { outbox, chat, clock, log } = options;
  const failures = new Map<string, number>();
  let wanted = true;
  let stopped = false;
  let wake: () => void = () => undefined;

  const postpone = async (message: Outgoing, refusal: Refusal) => {
    const count = (failures.get(message.channel) ?? 0) + 1;
    failures.set(message.channel, count);
    const wait = Math.min(longestPostponedMs, firstWaitMs * 2 ** Math.min(count - 1, 10));
    await outbox.postpone(message.key, new Date(clock.now() + wait).toISOString(), refusal);
  };

  /** True when the channel goes on. */
  const deliver = async (message: Outgoing): Promise<boolean> => {
    try {
      await chat.deliver(message);
      await outbox.delivered(message.key, message.revision);
      failures.delete(message.channel);
      return true;
    } catch (thrown) {
      const refusal = refusalOf(thrown) ?? undelivered;
      log.warn({ err: thrown, chat: chat.name, key: message.key }, 'a message was not delivered');
      if (refusal.retryable === false) await outbox.drop(message.key, message.revision, refusal);
      else await postpone(message, refusal);
      return refusal.retryable === false;
    }
  };

  const round = async () => {
    const due = await outbox.due(chat.name, new Date(clock.now()).toISOString(), batch);
    const channels = Map.groupBy(due, (message) => message.channel);
    await Promise.all(
      [...channels.values()].map(async (messages) => {
        for (const message of messages) if (stopped || !(await deliver(message))) return;
      }),
    );
    return due.length;
  };

  const loop = async () => {
    while (!stopped) {
      wanted = false;
      const count = await round().catch((cause: unknown) => {
        log.error({ err: cause, chat: chat.name }, 'the outbox could not be read');
        return 0;
      });
      if (wanted || stopped || count === batch) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, failures.size > 0 ? firstWaitMs : 10_000);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };

  const ended = loop();
  return {
    kick() {
      wanted = true;
      wake();
    },
    async stop() {
      stopped = true;
      wake();
      await ended;
    },
  };
}
