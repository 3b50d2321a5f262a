import type { Chat, Outgoing } from '#core/chat.ts';
import { iso } from '#core/clock.ts';
import type { ConsoleOptions } from './options.ts';

const put = async (message: Outgoing, options: ConsoleOptions): Promise<void> => {
  const { key, channel, thread, to, card, revision } = message;
  const before = await options.messages.get(key);
  const stored = await options.messages.put({
    key,
    channel,
    card,
    revision,
    at: before?.at ?? iso(options.clock),
    ...(thread === undefined ? {} : { thread }),
    ...(to === undefined ? {} : { to }),
  });
  if (stored !== undefined) options.changes.tell({ kind: 'message', id: stored.id });
};

/** The console as a chat: what the bot says is stored as a message, and every open page is told. */
export const consoleChat = (options: ConsoleOptions): Chat => ({
  name: 'console',
  // Also into a channel that the configuration no longer has: nobody sees it there until it is back, and nothing is lost.
  deliver: (message) => put(message, options),
  stop: async () => undefined,
});
