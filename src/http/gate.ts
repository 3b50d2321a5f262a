import { BlockList, isIP } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { type Doorkeeper, type Identity, type Route, sessionCookie } from '#core/http.ts';
import type { Attempts } from './attempts.ts';
import { type CookieRules, readCookies } from './cookies.ts';
import { actorHeader, isForged } from './forgery.ts';
import { namesThisServer, type Whereabouts } from './host.ts';
import { anotherActor, forgedRequest, tooManyAttempts, unauthorized, wrongHost } from './refusals.ts';

/** What the gate needs to know who stands before it. */
export interface GateOptions {
  readonly doorkeeper: Doorkeeper;
  /** Failed logins by address. */
  readonly attempts: Attempts;
  /** Unknown bearer tokens by address: apart, so that a program with an old token keeps nobody from logging in. */
  readonly tokens: Attempts;
  readonly where: Whereabouts;
  /** Known once the server listens. */
  readonly cookies: () => CookieRules;
}

export const refuseBlocked = (attempts: Attempts, ip: string): void => {
  const seconds = attempts.blocked(ip);
  if (seconds !== undefined) throw tooManyAttempts(seconds);
};

const bearerOf = (request: FastifyRequest): string | undefined =>
  /^Bearer ([\w.~+/=-]{1,512})$/i.exec(request.headers.authorization ?? '')?.[1];

const byToken = async (request: FastifyRequest, { doorkeeper, tokens }: GateOptions): Promise<Identity> => {
  const bearer = bearerOf(request);
  if (bearer === undefined) throw unauthorized();
  const identity = await doorkeeper.token(bearer);
  if (identity !== undefined) return identity;
  refuseBlocked(tokens, request.ip);
  tokens.failed(request.ip);
  throw unauthorized();
};

const cookieOf = (request: FastifyRequest, options: GateOptions): string | undefined =>
  readCookies(request.headers.cookie, options.cookies())[sessionCookie];

const bySession = async (request: FastifyRequest, options: GateOptions): Promise<Identity> => {
  if (isForged(request.method, request.headers, options.where)) throw forgedRequest();
  const cookie = cookieOf(request, options);
  const identity = cookie === undefined ? undefined : await options.doorkeeper.session(cookie);
  if (identity === undefined) throw unauthorized();
  const meant = request.headers[actorHeader];
  if (meant !== undefined && meant !== encodeURIComponent(identity.actor)) throw anotherActor();
  return identity;
};

/** Is whoever made this request still who they were? A token may be removed and a session ended while a stream is open. */
export const isStill = async (identity: Identity, request: FastifyRequest, options: GateOptions): Promise<boolean> => {
  const now =
    identity.by === 'session'
      ? await options.doorkeeper.session(cookieOf(request, options) ?? '')
      : await options.doorkeeper.token(bearerOf(request) ?? '');
  return now?.actor === identity.actor && now.by === identity.by;
};

/** Refuses a request for a name that is not this server's. */
export const checkHost = (request: FastifyRequest, where: Whereabouts): void => {
  if (!namesThisServer(request.headers.host, where)) throw wrongHost();
};

const forwarding = ['x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'forwarded', 'via'];

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Does it come from this machine itself, and not through a proxy on it? */
const isNear = ({ ip, headers }: FastifyRequest): boolean => {
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4';
  return isIP(ip) !== 0 && loopback.check(ip, family) && !forwarding.some((name) => headers[name] !== undefined);
};

/** Who makes the request; undefined on a public route. Throws the refusal of who may not. */
export const identify = async (
  route: Route,
  request: FastifyRequest,
  options: GateOptions,
): Promise<Identity | undefined> => {
  if (route.access === 'public' || (route.access === 'near' && isNear(request))) return;
  if (route.access === 'near') return byToken(request, options);
  if (route.access === 'token') return byToken(request, options);
  if (route.access === 'any' && request.headers.authorization !== undefined) return byToken(request, options);
  return bySession(request, options);
};
