import type { ActorId } from '#core/actor.ts';
import { Fault } from '#core/errors.ts';
import type { WebRequest } from '#core/http.ts';
import type { Order } from '#core/order.ts';
import type { ConsoleMessage } from '#core/store.ts';
import { t } from '#core/text.ts';
import type { ConsoleOptions } from './options.ts';

/** Who reads; the server has checked the session before the route runs. */
export const readerOf = (request: WebRequest): ActorId => {
  if (request.identity !== undefined) return request.identity.actor;
  throw new Fault({
    code: 'console.no_session',
    say: t('You are not signed in.', 'Vous n’êtes pas connecté.'),
    next: t('Reload the page.', 'Rechargez la page.'),
  });
};

/** May this reader see the message? One to somebody is theirs alone, and a channel must still be configured. */
export const maySee = (message: ConsoleMessage, reader: ActorId, options: ConsoleOptions): boolean =>
  (message.to === undefined || message.to === reader) && hasChannel(message.channel, options);

/** Is there such a channel? */
export const hasChannel = (name: string, options: ConsoleOptions): boolean =>
  options.settings().channels.some((channel) => channel.name === name);

/** The message with this key, when this reader may see it. */
export const seen = async (
  key: string,
  reader: ActorId,
  options: ConsoleOptions,
): Promise<ConsoleMessage | undefined> => {
  const message = await options.messages.get(key);
  return message !== undefined && maySee(message, reader, options) ? message : undefined;
};

/** May this reader see that the order is there, and its run? */
export const seesOrder = async (order: Order, reader: ActorId, { sight }: ConsoleOptions): Promise<boolean> =>
  order.actor === reader || sight.order(reader, order);

/** May this reader read the order's line too? */
export const seesContent = async (order: Order, reader: ActorId, { sight }: ConsoleOptions): Promise<boolean> =>
  order.actor === reader || sight.content(reader, order);

/** May this reader read what the run said? */
export const readsLog = async (run: number, reader: ActorId, options: ConsoleOptions): Promise<boolean> => {
  const found = await options.runs.get(run);
  const order = found === undefined ? undefined : await options.orders.get(found.orderId);
  if (order === undefined || !(await seesOrder(order, reader, options))) return false;
  return seesContent(order, reader, options);
};
