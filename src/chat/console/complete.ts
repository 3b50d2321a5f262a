import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import { hasChannel, readerOf } from './reader.ts';
import { refuses, reply } from './replies.ts';

const longestLine = 1000;

/** `GET /console/api/complete?channel=ops&line=sta&cursor=3`: what could come next. */
export const completeRoute = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/complete',
  access: 'session',
  async run(request) {
    const { channel = '', line = '', cursor = '' } = request.query;
    if (!hasChannel(channel, options)) return refuses.noChannel(channel);
    if (line.length > longestLine) return reply({ completions: [] });
    const at = /^\d{1,4}$/.test(cursor) ? Math.min(Number(cursor), line.length) : line.length;
    return reply({ completions: await options.complete(readerOf(request), channel, line, at) });
  },
});
