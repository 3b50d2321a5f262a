import type { ActorId } from '#core/actor.ts';
import { type Route, type ServerSentEvent, sessionCookie, type WebRequest } from '#core/http.ts';
import type { Json } from '#core/json.ts';
import type { ConsoleOptions } from './options.ts';
import { collect, type Pending } from './pending.ts';
import type { WireEvents } from './protocol.ts';
import { maySee, readerOf, readsLog, seesOrder } from './reader.ts';
import { messageViews, runView } from './view.ts';
import { signedOut, type Windows } from './windows.ts';

/** A page that missed more messages than this reads everything again; edits of one message are one. */
const mostMissed = 500;
const batch = 100;

const event = <N extends keyof WireEvents>(name: N, data: WireEvents[N], id?: number): ServerSentEvent => ({
  event: name,
  data: JSON.parse(JSON.stringify(data)) as Json,
  ...(id === undefined ? {} : { id: String(id) }),
});

const figure = (value: string | undefined): number | undefined =>
  /^\d{1,15}$/.test(value ?? '') ? Number(value) : undefined;

/** One open stream: who reads, and how far. */
interface Reading {
  readonly reader: ActorId;
  readonly run: number | undefined;
  readonly signal: AbortSignal;
  changed: number;
}

async function* newMessages(reading: Reading, options: ConsoleOptions): AsyncGenerator<ServerSentEvent> {
  for (;;) {
    const { reader, changed } = reading;
    const found = await options.messages.since({ changed, reader, limit: batch });
    const visible = found.filter((message) => maySee(message, reader, options));
    for (const view of await messageViews(visible, reader, options)) yield event('message', view, view.changed);
    reading.changed = found.at(-1)?.changed ?? changed;
    if (found.length < batch || reading.signal.aborted) return;
  }
}

const orderEvent = async (
  id: number,
  reader: ActorId,
  options: ConsoleOptions,
): Promise<ServerSentEvent | undefined> => {
  const order = await options.orders.get(id);
  if (order === undefined || !(await seesOrder(order, reader, options))) return;
  const { eventId, state, runId } = order;
  return event('order', { id, eventId, state, ...(runId === undefined ? {} : { runId }) });
};

const runEvent = async (id: number, reader: ActorId, options: ConsoleOptions): Promise<ServerSentEvent | undefined> => {
  const run = await options.runs.get(id);
  const view = run === undefined ? undefined : await runView(run, reader, options);
  return view === undefined ? undefined : event('run', view);
};

/** May this reader watch the steps of the run now? It may have begun after they asked for it. */
const mayWatch = async ({ run: id, reader }: Reading, options: ConsoleOptions): Promise<boolean> => {
  const run = id === undefined ? undefined : await options.runs.get(id);
  return run !== undefined && (await runView(run, reader, options)) !== undefined;
};

async function* toEvents(pending: Pending, reading: Reading, options: ConsoleOptions): AsyncGenerator<ServerSentEvent> {
  if (pending.messages) yield* newMessages(reading, options);
  const { reader } = reading;
  for (const id of pending.orders) {
    const changed = await orderEvent(id, reader, options);
    if (changed !== undefined) yield changed;
  }
  for (const id of pending.runs) {
    const changed = await runEvent(id, reader, options);
    if (changed !== undefined) yield changed;
  }
  const { run } = reading;
  const isWatched = pending.live.length > 0 && (await mayWatch(reading, options));
  for (const step of isWatched ? pending.live : []) yield event('step', step);
  if (run !== undefined && pending.log !== undefined && (await readsLog(run, reader, options)))
    yield event('log', { runId: run, size: pending.log });
  if (pending.lost && isWatched && run !== undefined) yield event('gap', { runId: run });
}

const missedTooMuch = async (changed: number, reader: ActorId, { messages }: ConsoleOptions): Promise<boolean> =>
  (await messages.since({ changed, reader, limit: mostMissed + 1 })).length > mostMissed;

const begin = async (request: WebRequest, options: ConsoleOptions): Promise<{ from: number; reset: boolean }> => {
  const newest = await options.messages.newest();
  const since = figure(request.headers['last-event-id']) ?? figure(request.query.since) ?? newest;
  const isFar = newest - since > mostMissed;
  const isLost = since > newest || (isFar && (await missedTooMuch(since, readerOf(request), options)));
  return { from: isLost ? newest : since, reset: isLost };
};

/** `GET /console/api/stream?since=120&run=7`: everything that changes, for as long as the page is open. */
export const streamRoute = (options: ConsoleOptions, windows: Windows): Route => {
  async function* follow(request: WebRequest): AsyncGenerator<ServerSentEvent> {
    const session = request.cookies[sessionCookie] ?? '';
    const window = windows.open(session);
    const signal = AbortSignal.any([request.signal, window.displaced]);
    const reader = readerOf(request);
    const run = figure(request.query.run);
    const pending = collect(options, run, signal);
    try {
      const { from, reset } = await begin(request, options);
      const reading: Reading = { reader, run, signal, changed: from };
      if (reset) yield event('reset', {}, from);
      yield event('hello', { changed: from });
      while (!signal.aborted) yield* toEvents(await pending.take(), reading, options);
      if (window.displaced.aborted && window.displaced.reason !== signedOut) yield event('displaced', {});
    } finally {
      pending.close();
      window.close();
    }
  }
  return {
    method: 'GET',
    path: '/console/api/stream',
    access: 'session',
    waits: true,
    run: async (request) => ({ status: 200, stream: follow(request) }),
  };
};
