import { z } from 'zod';
import { eventIdOf, saidKeyOf } from '#core/event-id.ts';
import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import { hasChannel, readerOf, seen } from './reader.ts';
import { read, refuses } from './replies.ts';
import type { Say } from './say.ts';

const sendShape = z.strictObject({
  id: z.uuid(),
  channel: z.string().min(1).max(100),
  thread: z.string().min(1).max(500).optional(),
  text: z.string(),
});

/** `POST /console/api/messages`: a person says a line. */
export const sendRoute = (options: ConsoleOptions, say: Say): Route => ({
  method: 'POST',
  path: '/console/api/messages',
  access: 'session',
  bodyLimit: 256 * 1024,
  async run(request) {
    const actor = readerOf(request);
    const body = read(sendShape, request.body);
    if (body === undefined || body.text.trim() === '') return refuses.badRequest();
    const { id, channel, thread, text } = body;
    if (!hasChannel(channel, options)) return refuses.noChannel(channel);
    const root = thread === undefined ? undefined : await seen(thread, actor, options);
    // What is said to one person has no thread: a change that is asked there would be out of everybody's sight.
    if (thread !== undefined && (root?.channel !== channel || root.to !== undefined)) return refuses.noMessage();
    const eventId = eventIdOf('console', actor, id);
    const within = root?.thread ?? root?.key;
    return say({
      key: saidKeyOf(eventId),
      eventId,
      kind: 'message',
      actor,
      channel,
      text,
      ...(within === undefined ? {} : { thread: within }),
    });
  },
});
