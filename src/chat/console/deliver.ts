import type { Chat, Outgoing } from '#core/chat.ts';
import { iso } from '#core/clock.ts';
import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';
import type { ConsoleOptions } from './options.ts';
import { hasChannel } from './reader.ts';

const noChannel = (channel: string): Fault =>
  new Fault({
    code: 'console.no_channel',
    say: t(`The console has no channel “${channel}”.`, `La console n’a pas de canal « ${channel} ».`),
    next: t('Add it to console.channels in the configuration.', 'Ajoutez-le à console.channels dans la configuration.'),
    retryable: false,
  });

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
  async deliver(message) {
    if (!hasChannel(message.channel, options)) throw noChannel(message.channel);
    await put(message, options);
  },
  stop: async () => undefined,
});
