import { z } from 'zod';
import type { Action } from '#core/card.ts';
import { eventIdOf } from '#core/event-id.ts';
import type { Route } from '#core/http.ts';
import type { ConsoleMessage } from '#core/store.ts';
import { idOf } from './again.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireTap } from './protocol.ts';
import { readerOf, seen } from './reader.ts';
import { read, refuses } from './replies.ts';
import type { Say } from './say.ts';

const tapShape = z.strictObject({
  key: z.string().min(1).max(500),
  revision: z.int().min(1),
  action: z.string().min(1).max(200),
  line: z.string().max(20_000),
});

/** The stored button, when it still means what the person saw: a live card may change under the thumb. */
const meant = (message: ConsoleMessage, tap: WireTap): Action | undefined => {
  const action = message.card?.actions?.find(({ id }) => id === tap.action);
  return action?.line === tap.line && tap.revision <= message.revision ? action : undefined;
};

/** `POST /console/api/taps`: a button. The line is looked up here; the page only says which it saw. */
export const tapRoute = (options: ConsoleOptions, say: Say): Route => ({
  method: 'POST',
  path: '/console/api/taps',
  access: 'session',
  async run(request) {
    const actor = readerOf(request);
    const tap = read(tapShape, request.body);
    if (tap === undefined) return refuses.badRequest();
    const message = await seen(tap.key, actor, options);
    if (message === undefined) return refuses.noMessage();
    const action = meant(message, tap);
    if (action === undefined) return refuses.cardChanged();
    const eventId = await idOf(eventIdOf('tap', tap.key, tap.revision, tap.action, actor), options);
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
  },
});
