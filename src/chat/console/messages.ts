import type { Route } from '#core/http.ts';
import type { ConsoleOptions } from './options.ts';
import type { WirePage, WireThread } from './protocol.ts';
import { hasChannel, readerOf, seen } from './reader.ts';
import { refuses, reply } from './replies.ts';
import { messageViews } from './view.ts';

const pageSize = 40;

const figure = (value: string | undefined): number | undefined =>
  /^\d{1,15}$/.test(value ?? '') ? Number(value) : undefined;

/** `GET /console/api/messages?channel=ops&before=120`: a channel's messages, a page at a time. */
const page = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/messages',
  access: 'session',
  async run(request) {
    const reader = readerOf(request);
    const channel = request.query.channel ?? '';
    if (!hasChannel(channel, options)) return refuses.noChannel(channel);
    const before = figure(request.query.before);
    const query = { channel, reader, limit: pageSize + 1, ...(before === undefined ? {} : { before }) };
    const found = await options.messages.page(query);
    const body: WirePage = {
      messages: await messageViews(found.slice(-pageSize), reader, options),
      more: found.length > pageSize,
    };
    return reply(body);
  },
});

/** `GET /console/api/thread?key=…&before=120`: a message with its thread, a page of replies at a time. */
const thread = (options: ConsoleOptions): Route => ({
  method: 'GET',
  path: '/console/api/thread',
  access: 'session',
  async run(request) {
    const reader = readerOf(request);
    const key = request.query.key ?? '';
    const root = await seen(key, reader, options);
    if (root === undefined) return refuses.noMessage();
    const before = figure(request.query.before);
    const query = { thread: key, reader, limit: pageSize + 1, ...(before === undefined ? {} : { before }) };
    const found = await options.messages.thread(query);
    const [shown, ...replies] = await messageViews([root, ...found.slice(-pageSize)], reader, options);
    if (shown === undefined) return refuses.noMessage();
    const body: WireThread = { root: shown, replies, more: found.length > pageSize };
    return reply(body);
  },
});

export const messageRoutes = (options: ConsoleOptions): readonly Route[] => [page(options), thread(options)];
