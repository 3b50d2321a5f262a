import { z } from 'zod';
import type { ActorId } from '#core/actor.ts';
import type { Action } from '#core/card.ts';
import { eventIdOf } from '#core/event-id.ts';
import type { Route, WebReply, WebRequest } from '#core/http.ts';
import type { ConsoleMessage } from '#core/store.ts';
import { createTogether, idOf } from './again.ts';
import type { ConsoleOptions } from './options.ts';
import { readerOf, seen } from './reader.ts';
import { read, refuses, reply } from './replies.ts';
import type { Say } from './say.ts';

const tapShape = z.strictObject({
  id: z.uuid().optional(),
  key: z.string().min(1).max(500),
  revision: z.int().min(1),
  action: z.string().min(1).max(200),
  line: z.string().max(20_000),
});

type Sent = z.infer<typeof tapShape>;

/** The stored button, when it still means what the person saw: a live card may change under the thumb. */
const meant = (message: ConsoleMessage, tap: Sent): Action | undefined => {
  const action = message.card?.actions?.find(({ id }) => id === tap.action);
  return action?.line === tap.line && tap.revision <= message.revision ? action : undefined;
};

/** What the page's own id makes of a tap: the same however often it asks, and whatever became of the card. */
const ownEvent = ({ id, key, action }: Sent, actor: ActorId): string | undefined =>
  id === undefined ? undefined : eventIdOf('tap', key, action, id, actor);

/** `POST /console/api/taps`: a button. The line is looked up here; the page only says which it saw. */
export const tapRoute = (options: ConsoleOptions, say: Say): Route => {
  const together = createTogether(options.clock);
  const route = async (request: WebRequest): Promise<WebReply> => {
    const actor = readerOf(request);
    const tap = read(tapShape, request.body);
    if (tap === undefined) return refuses.badRequest();
    const message = await seen(tap.key, actor, options);
    if (message === undefined) return refuses.noMessage();
    const own = ownEvent(tap, actor);
    // Its card may have changed since it was taken, most often because it was.
    if (own !== undefined && (await options.wasReceived(own))) return reply({ status: 'duplicate' });
    const action = meant(message, tap);
    if (action === undefined) return refuses.cardChanged();
    const base = eventIdOf('tap', tap.key, tap.revision, tap.action, actor);
    const eventId = own === undefined ? await idOf(base, options) : together(base, own);
    const { channel, thread, to } = message;
    return say({
      key: eventId,
      eventId,
      kind: 'action',
      actor,
      channel,
      text: action.line,
      about: tap.key,
      ...(thread === undefined ? {} : { thread }),
      ...(to === undefined ? {} : { to }),
    });
  };
  return { method: 'POST', path: '/console/api/taps', access: 'session', run: route };
};
