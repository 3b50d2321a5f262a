import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identity, Route, WebReply, WebRequest } from '#core/http.ts';
import type { Attempts } from './attempts.ts';
import { isJson, parseBody } from './body.ts';
import { type CookieRules, readCookies, writeCookies } from './cookies.ts';
import { refuseBlocked } from './gate.ts';
import { languageOf } from './language.ts';
import { notJson, refusalBody, tooManyStreams } from './refusals.ts';
import { type createStreamPlaces, sendStream } from './streams.ts';

/** What serving a route needs beside the request. */
export interface ServeOptions {
  readonly attempts: Attempts;
  readonly cookies: () => CookieRules;
  readonly places: ReturnType<typeof createStreamPlaces>;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
  readonly heartbeatMs: number;
  /** Is whoever made the request still let in? Asked again while a stream is open. */
  readonly still: () => Promise<boolean>;
}

const strings = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(value ?? {}).map(([name, item]) => [name, String(Array.isArray(item) ? item.at(-1) : item)]),
  );

const headersOf = (request: FastifyRequest): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );

const bodyOf = (route: Route, request: FastifyRequest): { body: unknown; rawBody: Buffer } => {
  const rawBody = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (rawBody.length === 0) return { body: undefined, rawBody };
  if (isJson(request.headers['content-type'])) return { body: parseBody(rawBody), rawBody };
  if (route.access !== 'public') throw notJson();
  return { body: undefined, rawBody };
};

const untilGone = (reply: FastifyReply, stopping: AbortSignal): AbortSignal => {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, stopping]);
};

const toWebRequest = (
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  identity: Identity | undefined,
  options: ServeOptions,
): WebRequest => ({
  ...bodyOf(route, request),
  params: strings(request.params),
  query: strings(request.query),
  headers: headersOf(request),
  cookies: readCookies(request.headers.cookie, options.cookies()),
  ip: request.ip,
  signal: untilGone(reply, options.stopping),
  ...(identity === undefined ? {} : { identity }),
});

const startStream = async (
  reply: FastifyReply,
  answer: WebReply & { readonly stream: NonNullable<WebReply['stream']> },
  request: WebRequest,
  options: ServeOptions,
): Promise<FastifyReply> => {
  const giveBack = options.places(request.identity?.actor ?? request.ip);
  if (giveBack === undefined) throw tooManyStreams();
  reply.hijack();
  const response = reply.raw;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) response.setHeader(name, value);
  response.writeHead(answer.status, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
  response.flushHeaders();
  try {
    await sendStream(response, answer.stream, request.signal, options);
  } catch {
    response.destroy(); // the client went away or the source failed: it reconnects and reads again
  } finally {
    giveBack();
  }
  return reply;
};

const send = (reply: FastifyReply, answer: WebReply, request: WebRequest): FastifyReply => {
  reply.code(answer.status);
  if (answer.refusal !== undefined) {
    return reply.send(refusalBody(answer.refusal, languageOf(request.headers['accept-language'])));
  }
  if (answer.body === undefined) return reply.send();
  if (Buffer.isBuffer(answer.body) || typeof answer.body === 'string') return reply.send(answer.body);
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer.body));
};

/** Serves one route: the request as `core` words it, the reply as HTTP does. */
export const serve = async (
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  identity: Identity | undefined,
  options: ServeOptions,
): Promise<FastifyReply> => {
  const webRequest = toWebRequest(route, request, reply, identity, options);
  const answer = await route.run(webRequest);
  // Only a wrong secret is held against an address: who has a right one is let in, whatever others tried from there.
  if (route.login === true && answer.status === 401) {
    refuseBlocked(options.attempts, request.ip);
    options.attempts.failed(request.ip);
  }
  if (answer.headers !== undefined) reply.headers(answer.headers);
  if (answer.cookies !== undefined) reply.header('set-cookie', writeCookies(answer.cookies, options.cookies()));
  const { stream } = answer;
  if (stream !== undefined && request.method !== 'HEAD')
    return startStream(reply, { ...answer, stream }, webRequest, options);
  return send(reply, answer, webRequest);
};
