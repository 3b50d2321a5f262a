import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireSession } from './protocol.ts';
import { readerOf } from './reader.ts';
import { reply } from './replies.ts';

/** `GET /console/api/session`: who is signed in, and what the page needs first. */
export const sessionRoute = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/session',
  access: 'session',
  async run(request) {
    const id = readerOf(request);
    const person = await options.people.get(id);
    const session: WireSession = {
      actor: {
        id,
        name: person?.name ?? id,
        ...(person?.language === undefined ? {} : { language: person.language }),
        ...(person?.timeZone === undefined ? {} : { timeZone: person.timeZone }),
      },
      channels: options.settings().channels,
      language: options.language(),
      audit: await options.sight.audit(id),
      changed: await options.messages.newest(),
    };
    return reply(session);
  },
});
