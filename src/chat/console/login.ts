import { z } from 'zod';
import type { ActorId } from '#core/actor.ts';
import { iso } from '#core/clock.ts';
import { type Route, sessionCookie, type WebReply, type WebRequest } from '#core/http.ts';
import { newSecret, secretHash } from '#core/secret-hash.ts';
import type { ConsoleOptions } from './options.ts';
import { read, refuses } from './replies.ts';
import type { Windows } from './windows.ts';

const loginShape = z.union([
  z.strictObject({ link: z.string().min(1).max(200) }),
  z.strictObject({ token: z.string().min(1).max(512) }),
]);

const hourMs = 3_600_000;

const after = (ms: number, { clock }: ConsoleOptions): string => new Date(clock.now() + ms).toISOString();

/** Another site must not be able to sign somebody in as somebody else. */
const isFromPage = ({ headers }: WebRequest): boolean =>
  headers['x-quarterdeck'] === '1' && ['same-origin', undefined].includes(headers['sec-fetch-site']);

/** What a session was opened with; one that a token opened ends with it. */
type How = { readonly by: 'link' } | { readonly by: 'token'; readonly hash: string };

const openSession = async (actor: ActorId, how: How, options: ConsoleOptions): Promise<WebReply> => {
  const hours = options.settings().sessionHours;
  const cookie = newSecret();
  await options.record({ actor, action: 'login', details: { how: how.by } });
  await options.credentials.addSession({
    hash: secretHash(cookie),
    actor,
    expiresAt: after(hours * hourMs, options),
    ...(how.by === 'token' ? { token: how.hash } : {}),
  });
  return {
    status: 200,
    body: { actor },
    cookies: [{ name: sessionCookie, value: cookie, maxAgeSeconds: hours * 3600 }],
  };
};

const knownActor = async (actor: ActorId | undefined, options: ConsoleOptions): Promise<ActorId | undefined> =>
  actor !== undefined && (await options.people.get(actor)) !== undefined ? actor : undefined;

/** `POST /console/api/login`: a one-time link's secret, or a token, becomes a session. */
const login = (options: ConsoleOptions): Route => ({
  method: 'POST',
  path: '/console/api/login',
  access: 'public',
  login: true,
  async run(request) {
    if (!isFromPage(request)) return refuses.forged();
    const body = read(loginShape, request.body);
    if (body === undefined) return refuses.badRequest();
    if ('link' in body) {
      const holder = await options.credentials.takeLink(secretHash(body.link), iso(options.clock));
      const actor = await knownActor(holder, options);
      return actor === undefined ? refuses.badLink() : openSession(actor, { by: 'link' }, options);
    }
    const hash = secretHash(body.token);
    const actor = await knownActor(await options.credentials.tokenActor(hash), options);
    return actor === undefined ? refuses.badToken() : openSession(actor, { by: 'token', hash }, options);
  },
});

/** `POST /console/api/logout`: the session ends, here and in every window. */
const logout = (options: ConsoleOptions, windows: Windows): Route => ({
  method: 'POST',
  path: '/console/api/logout',
  access: 'session',
  async run(request) {
    const cookie = request.cookies[sessionCookie];
    if (cookie !== undefined) {
      await options.credentials.removeSession(secretHash(cookie));
      windows.end(cookie);
    }
    return { status: 204, cookies: [{ name: sessionCookie, value: '', maxAgeSeconds: 0 }] };
  },
});

/** How long a login link waits to be used. */
const linkHours = 24;

/** Makes a one-time login link for an actor; the path to put after the console's address. */
export const invite = async (actor: ActorId, options: ConsoleOptions): Promise<string> => {
  const secret = newSecret();
  await options.credentials.addLink({
    hash: secretHash(secret),
    actor,
    expiresAt: after(linkHours * hourMs, options),
  });
  return `/login/${secret}`;
};

export const loginRoutes = (options: ConsoleOptions, windows: Windows): readonly Route[] => [
  login(options),
  logout(options, windows),
];
