import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type Clock, systemClock } from '#core/clock.ts';
import type { Doorkeeper, Identity, Route } from '#core/http.ts';
import type { Log } from '#core/log.ts';
import { type AttemptLimits, createAttempts } from './attempts.ts';
import { watchConnections } from './connections.ts';
import type { CookieRules } from './cookies.ts';
import { sendFailure } from './errors.ts';
import { checkHost, identify, isStill } from './gate.ts';
import { strictHeaders } from './headers.ts';
import { listen, urlOf } from './listen.ts';
import { notFound, tooManyRequests } from './refusals.ts';
import { serve } from './serve.ts';
import { createStreamPlaces, type StreamLimits, usualStreamLimits } from './streams.ts';
import { createTurns } from './turns.ts';

/** What the one HTTP server is made of. Times and limits have good values of their own. */
export interface HttpOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly log: Log;
  readonly doorkeeper: Doorkeeper;
  readonly routes: readonly Route[];
  /** True when people reach the server over HTTPS. */
  readonly secureCookies: boolean;
  /** The address people use, when a proxy stands before the server. */
  readonly publicUrl?: string;
  readonly clock?: Clock;
  readonly heartbeatMs?: number;
  readonly attemptLimits?: AttemptLimits;
  readonly streamLimits?: StreamLimits;
  /** Told of every request served, for metrics; the route is its pattern, never the address. */
  readonly observe?: (request: { route: string; method: string; status: number; seconds: number }) => void;
}

/** The running server. */
export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** Ends streams and waiting requests, then the server; resolves when the port is free. */
  stop(): Promise<void>;
}

const usualBodyLimit = 64 * 1024;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 20_000;
/** How long requests may take to end when the server stops. */
const graceMs = 2000;

const build = (options: HttpOptions): FastifyInstance =>
  fastify({
    logger: false,
    bodyLimit: usualBodyLimit,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 30_000,
    trustProxy: options.publicUrl === undefined ? false : 'loopback',
    routerOptions: {
      maxParamLength: 4000,
      ignoreTrailingSlash: true,
    },
    frameworkErrors: (error, request, reply) => void sendFailure(error, request, reply, options.log),
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 2000, maxHeaderSize: 16_384 },
  });

const takeBodiesAsTheyAre = (app: FastifyInstance): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
};

const reportRequests = (app: FastifyInstance, observe: NonNullable<HttpOptions['observe']>): void => {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    observe({ route, method: request.method, status: reply.statusCode, seconds: reply.elapsedTime / 1000 });
  });
};

const addRoutes = (
  app: FastifyInstance,
  options: HttpOptions,
  cookies: () => CookieRules,
  stopping: AbortSignal,
): void => {
  const attempts = createAttempts(options.clock ?? systemClock, options.attemptLimits);
  const tokens = createAttempts(options.clock ?? systemClock, options.attemptLimits);
  const gate = { doorkeeper: options.doorkeeper, attempts, tokens, where: options, cookies };
  const places = createStreamPlaces(options.streamLimits ?? usualStreamLimits);
  const serving = { attempts, cookies, places, stopping, heartbeatMs: options.heartbeatMs ?? 15_000 };
  const requests = createTurns({ atOnce: 4, mostWaiting: 200 });
  const waits = createTurns({ atOnce: 64, mostWaiting: 0 });
  const identities = new WeakMap<FastifyRequest, Identity>();
  for (const route of options.routes) {
    app.route({
      method: route.method,
      url: route.path,
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      onRequest: async (request) => {
        const identity = await identify(route, request, gate);
        if (identity !== undefined) identities.set(request, identity);
      },
      handler: async (request, reply) => {
        const identity = identities.get(request);
        const still = async () => identity === undefined || isStill(identity, request, gate);
        const turns = route.waits === true ? waits : requests;
        // Whoever holds the data folder holds the machine: nothing is kept from them.
        const giveBack = identity === undefined || identity.by === 'local' ? () => {} : await turns(identity.actor);
        if (giveBack === undefined) throw tooManyRequests();
        try {
          return await serve(route, request, reply, identity, { ...serving, still });
        } finally {
          giveBack();
        }
      },
    });
  }
};

const closeWithin = async (app: FastifyInstance, closeQuiet: () => void): Promise<void> => {
  const quiet = setInterval(closeQuiet, 20);
  const late = setTimeout(() => app.server.closeAllConnections(), graceMs);
  try {
    closeQuiet();
    await app.close();
  } finally {
    clearInterval(quiet);
    clearTimeout(late);
  }
};

/** Starts the one HTTP server. Faults: `http.port_in_use`, `http.cannot_listen`. */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
  const app = build(options);
  const stopping = new AbortController();
  const connections = watchConnections(app.server);
  let port = options.port;
  const headers = strictHeaders(options.secureCookies);
  takeBodiesAsTheyAre(app);
  app.setErrorHandler((error, request, reply) => sendFailure(error, request, reply, options.log));
  app.setNotFoundHandler((request, reply) => sendFailure(notFound(), request, reply, options.log));
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    checkHost(request, options);
  });
  if (options.observe !== undefined) reportRequests(app, options.observe);
  addRoutes(app, options, () => ({ secure: options.secureCookies, port }), stopping.signal);
  port = await listen(app, options);
  return {
    url: urlOf(options.host, port),
    port,
    async stop() {
      stopping.abort();
      await closeWithin(app, connections.closeQuiet);
    },
  };
}
