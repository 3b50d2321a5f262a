import { randomUUID } from 'node:crypto';
import { peopleNamed, personNamed } from '#core/actor.ts';
import { type Incoming, lineTooLong, longestLine } from '#core/chat.ts';
import { iso } from '#core/clock.ts';
import { eventIdOf } from '#core/event-id.ts';
import type { Identity, Route } from '#core/http.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import { HttpRefusal } from '../refusals.ts';
import { identityOf } from './identity.ts';
import type { ApiOptions } from './options.ts';
import { check, type OrderRequest, orderShape } from './shapes.ts';

const notLocal = (): HttpRefusal =>
  new HttpRefusal(403, {
    code: 'api.as_not_local',
    say: t(
      'Only whoever holds the data folder may order in another’s name.',
      'Seul qui détient le dossier de données peut ordonner au nom d’un autre.',
    ),
    next: t('Leave out “as”, or use that person’s own token.', 'Omettez « as », ou utilisez le jeton de la personne.'),
  });

const unknownActor = (actor: string, names: string): HttpRefusal =>
  new HttpRefusal(400, {
    code: 'api.unknown_actor',
    say: t(`Nobody is known as “${actor}”.`, `Personne n’est connu sous « ${actor} ».`),
    next: t(`Use one of: ${names}.`, `Utilisez l’un de : ${names}.`),
  });

const actorOf = async (request: OrderRequest, identity: Identity, options: ApiOptions): Promise<string> => {
  if (request.as === undefined) return identity.actor;
  if (identity.by !== 'local') throw notLocal();
  const actor = await options.people.get(personNamed(request.as));
  if (actor === undefined) throw unknownActor(request.as, peopleNamed(await options.people.all()));
  return actor.id;
};

const toIncoming = (request: OrderRequest, identity: Identity, actor: string, at: string): Incoming => ({
  eventId: eventIdOf('api', actor, request.key ?? randomUUID()),
  chat: identity.by === 'local' ? 'cli' : 'api',
  kind: 'message',
  actor,
  channel: request.channel ?? 'api',
  text: request.text,
  at,
  ...(request.thread === undefined ? {} : { thread: request.thread }),
  ...(request.yes === true ? { confirmed: true } : {}),
  ...(identity.by === 'local' && actor !== identity.actor ? { via: identity.account ?? identity.actor } : {}),
});

const noChannel = (channel: string, channels: readonly string[]): HttpRefusal => {
  const list = channels.join(', ');
  return new HttpRefusal(400, {
    code: 'api.no_channel',
    say: t(`The console has no channel “${channel}”.`, `La console n’a pas de canal « ${channel} ».`),
    next: t(`Use one of: ${list}; or leave it out.`, `Utilisez l’un de : ${list} ; ou omettez-le.`),
    details: { channels },
  });
};

const noThread = (): HttpRefusal =>
  new HttpRefusal(400, {
    code: 'api.no_thread',
    say: t('There is no such message in that channel.', 'Il n’y a pas de tel message dans ce canal.'),
    next: t(
      'Name with “thread” the key of a message (order:12), and with “channel” where it stands.',
      'Nommez par « thread » la clé d’un message (order:12), et par « channel » où il se trouve.',
    ),
  });

/** An order is shown where people look, or nowhere: in a configured channel, in the thread of a message that is there. */
const checkPlace = async ({ channel, thread }: OrderRequest, options: ApiOptions): Promise<void> => {
  const channels = options.channels();
  if (channel !== undefined && !channels.includes(channel)) throw noChannel(channel, channels);
  if (thread === undefined) return;
  const root = await options.messages.get(thread);
  if (root === undefined || root.to !== undefined || root.thread !== undefined || root.channel !== channel)
    throw noThread();
};

const longestShown = 80;

const keyTaken = (key: string, { id, text }: Order): HttpRefusal => {
  const line = text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
  return new HttpRefusal(409, {
    code: 'api.key_taken',
    say: t(
      `The key ${key} belongs to another order: ${line} (${id}).`,
      `La clé ${key} est celle d’un autre ordre : ${line} (${id}).`,
    ),
    next: t('Nothing was done. Give each order a key of its own.', 'Rien n’a été fait. Donnez à chaque ordre sa clé.'),
    details: { order: id },
  });
};

/** The address under which an accepted order can be read, before it has a number. */
export const statusPath = (eventId: string): string => `/api/v1/orders/${encodeURIComponent(`e:${eventId}`)}`;

/** Whatever of a request is given back as it came or written another way may be a list of guesses, not only its line. */
const checkSecrets = async (
  { actor, channel, eventId }: Incoming,
  { text, key = '', thread = '' }: OrderRequest,
  options: ApiOptions,
): Promise<void> => {
  const all = [text, key, thread, channel, eventId, statusPath(eventId)].join('\n');
  const held = await options.holdsSecret(actor, all, channel);
  if (held !== undefined) throw new HttpRefusal(held.retryable === true ? 429 : 400, held);
};

/** `POST /api/v1/orders`: takes an order; 202 once it is on disk, the same answer for the same key and line. */
export const postOrder = (options: ApiOptions): Route => ({
  method: 'POST',
  path: '/api/v1/orders',
  access: 'token',
  bodyLimit: 1024 * 1024,
  async run(webRequest) {
    const identity = identityOf(webRequest);
    const request = check(orderShape, webRequest.body);
    const actor = await actorOf(request, identity, options);
    await checkPlace(request, options);
    if (request.text.length > longestLine) throw new HttpRefusal(400, lineTooLong);
    const incoming = toIncoming(request, identity, actor, iso(options.clock));
    await checkSecrets(incoming, request, options);
    const receipt = await options.receiver.receive(incoming);
    const order =
      receipt.order === undefined || receipt.differs ? await options.orders.byEvent(receipt.eventId) : undefined;
    if (receipt.differs && order) throw keyTaken(request.key ?? '', order);
    const id = receipt.order ?? order?.id;
    const status = statusPath(receipt.eventId);
    return {
      status: 202,
      headers: { location: status },
      body: {
        event: receipt.eventId,
        duplicate: receipt.status === 'duplicate',
        status,
        ...(id === undefined ? {} : { id }),
      },
    };
  },
});
