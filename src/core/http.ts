import type { ActorId } from './actor.ts';
import type { Refusal } from './errors.ts';
import type { Json } from './json.ts';

/** The name under which rooms set and read the session's cookie; the server adds what keeps two bots on one host apart. */
export const sessionCookie = 'quarterdeck';

/** Who a request comes from, once the HTTP server has checked its cookie or token. */
export interface Identity {
  readonly actor: ActorId;
  readonly by: 'session' | 'token' | 'local';
  /** For `local`: the operating system account that holds the data folder. */
  readonly account?: string;
}

export interface WebRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly rawBody: Buffer;
  readonly ip: string;
  /** Present unless the route is public. */
  readonly identity?: Identity;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** A server-sent event; `id` lets the browser resume with Last-Event-ID. */
export interface ServerSentEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: Json;
}

export interface WebReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON when an object, else sent as it is. */
  readonly body?: Json | Buffer;
  readonly cookies?: readonly { readonly name: string; readonly value: string; readonly maxAgeSeconds: number }[];
  readonly stream?: AsyncIterable<ServerSentEvent>;
  /** Sent instead of a body, as `{code, say, next}` in the language the client asks for. */
  readonly refusal?: Refusal;
}

/** A route as data: rooms offer them, `app` hands them to the one HTTP server. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `/api/v1/orders/:id` */
  readonly path: string;
  /** `public`: nobody is asked; `session`: a console session, CSRF-checked when it changes something; `token`: a bearer token or the local token; `any`: session or token; `near`: nobody is asked on this machine itself, from elsewhere a token. */
  readonly access: 'public' | 'session' | 'token' | 'any' | 'near';
  readonly bodyLimit?: number;
  /** A 401 from it is a failed login: an address with too many of them is refused for a while. */
  readonly login?: boolean;
  /** It may be open for long, so that it is counted apart from the requests that one caller has under way. */
  readonly waits?: boolean;
  run(request: WebRequest): Promise<WebReply>;
}

/** Tells the HTTP server who holds a cookie or a token; undefined for nobody. */
export interface Doorkeeper {
  session(cookie: string): Promise<Identity | undefined>;
  token(bearer: string): Promise<Identity | undefined>;
}
