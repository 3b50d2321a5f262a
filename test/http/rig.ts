import { request } from 'node:http';
import type { ActorId } from '#core/actor.ts';
import type { Doorkeeper, Route } from '#core/http.ts';
import { silentLog } from '#core/log.ts';
import { createHttpServer, type HttpOptions, type HttpServer } from '#http/server.ts';

/** One session, one token and the local token. */
export const doorkeeper: Doorkeeper = {
  session: async (cookie) => (cookie === 'good-cookie' ? { actor: 'console:local:ada', by: 'session' } : undefined),
  token: async (bearer) => {
    if (bearer === 'good-token') return { actor: 'service:ci', by: 'token' };
    return bearer === 'local-token' ? { actor: 'cli:local:root', by: 'local', account: 'root' } : undefined;
  },
};

export const open = (routes: readonly Route[], options: Partial<HttpOptions> = {}): Promise<HttpServer> =>
  createHttpServer({
    host: '127.0.0.1',
    port: 0,
    log: silentLog,
    doorkeeper,
    routes,
    secureCookies: false,
    ...options,
  });

/** A route that says who asked. */
export const whoami = (access: Route['access'], method: Route['method'] = 'GET', path = '/who'): Route => ({
  method,
  path,
  access,
  run: async ({ identity, body }) => ({
    status: 200,
    body: { actor: identity?.actor ?? ('nobody' as ActorId), body: (body ?? null) as never },
  }),
});

/** What came back. */
export interface Got {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

/** Sends exactly these headers: unlike `fetch`, it lets a test lie about Host, Origin and Sec-Fetch-Site. */
export const ask = (
  server: { readonly port: number },
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: server.port,
        path,
        method: options.method ?? 'GET',
        headers: options.headers ?? {},
        agent: false,
      },
      (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => {
          const text = Buffer.concat(pieces).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            json: () => JSON.parse(text) as Record<string, unknown>,
          });
        });
      },
    );
    sent.on('error', reject);
    sent.end(options.body);
  });

export const cookie = (server: { readonly port: number }, value = 'good-cookie') =>
  `quarterdeck-${server.port}=${value}`;

export const json = { 'content-type': 'application/json' };
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
