import type { Language } from '#core/text.ts';
import type { WireRefusal } from '../../protocol.ts';

/** What the server says to a page that believes to act for somebody else. */
const anotherActor = 'http.another_actor';

/** The server said no. */
export class Refused extends Error {
  readonly status: number;
  readonly refusal: WireRefusal;
  constructor(status: number, refusal: WireRefusal) {
    super(refusal.code);
    this.status = status;
    this.refusal = refusal;
  }
  /** The same request may succeed later. */
  get again(): boolean {
    return this.status >= 500 || this.status === 429;
  }
  /** It is about who asks, not about what was asked: nobody is signed in, or somebody else. */
  get isOfSession(): boolean {
    return this.status === 401 || this.refusal.code === anotherActor;
  }
}

/** The server did not answer. */
export class Unreachable extends Error {}

/** Asks the server; everything it changes carries the header another site cannot send. */
export interface Api {
  /** With a signal of one's own it takes as long as that lets it. */
  get<T>(path: string, query?: Readonly<Record<string, string | number | undefined>>, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
  /** What time it is for the bot, as far as it has answered: a phone's own clock may be wrong. */
  now(): number;
  /** The answer as it comes, for the stream. */
  open(path: string, signal: AbortSignal): Promise<Response>;
}

const patienceMs = 20_000;
const root = '/console/api/';

const refusalIn = async (response: Response): Promise<WireRefusal> => {
  try {
    return (await response.json()) as WireRefusal; // every refusal of the server has this shape
  } catch {
    return { code: 'page.unreadable', say: `HTTP ${response.status}` };
  }
};

const queryText = (query: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  const text = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
};

export const createApi = (options: {
  language: () => Language;
  /** Whom the page acts for, once that is known: the session is the browser's, and another page may change it. */
  actor: () => string | undefined;
  otherActor: () => void;
  signedOut: () => void;
  unanswered: () => void;
}): Api => {
  let ahead = 0;
  let isKnown = false;
  /** A time is told in whole seconds: the smallest difference is the nearest, unless a clock was set. */
  const tell = (off: number): void => {
    if (Number.isNaN(off) || (isKnown && off >= ahead && off - ahead <= 5000)) return;
    ahead = off;
    isKnown = true;
  };
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    const actor = options.actor();
    const headers = {
      ...init.headers,
      'accept-language': options.language(),
      ...(actor === undefined ? {} : { 'x-quarterdeck-actor': encodeURIComponent(actor) }),
    };
    const response = await fetch(root + path, { ...init, headers, cache: 'no-store' }).catch(() => {
      throw new Unreachable();
    });
    const told = Date.parse(response.headers.get('date') ?? '');
    tell(Date.now() - told);
    if (response.ok) return response;
    const refusal = await refusalIn(response);
    if (response.status === 401 && path !== 'login') options.signedOut();
    if (refusal.code === anotherActor) options.otherActor();
    throw new Refused(response.status, refusal);
  };
  const read = async <T>(path: string, init: RequestInit): Promise<T> => {
    const signal = init.signal ?? AbortSignal.timeout(patienceMs);
    const response = await ask(path, { ...init, signal }).catch((thrown: unknown) => {
      if (thrown instanceof Unreachable && init.signal?.aborted !== true) options.unanswered();
      throw thrown;
    });
    if (response.status === 204) return undefined as T; // nothing to read: the caller asks for void
    return (await response.json().catch(() => {
      throw new Unreachable();
    })) as T; // the server's own shapes, built from the same types
  };
  return {
    now: () => Date.now() - ahead,
    get: (path, query = {}, signal) =>
      read(path + queryText(query), { method: 'GET', ...(signal === undefined ? {} : { signal }) }),
    post: (path, body) =>
      read(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-quarterdeck': '1' },
        body: JSON.stringify(body),
      }),
    open: (path, signal) => ask(path, { signal, headers: { accept: 'text/event-stream' } }),
  };
};
