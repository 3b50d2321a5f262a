import { setTimeout as pause } from 'node:timers/promises';
import { signal } from '@preact/signals';
import { type Api, Refused, Unreachable } from '#chat/console/page/net/api.ts';
import type { Memory } from '#chat/console/page/state/memory.ts';
import type { WireEvents, WireMessage, WireRefusal } from '#chat/console/protocol.ts';
import { ada, type Rig } from '#test/support/console-rig.ts';

/** What a page does, without a browser: a cookie, the page's headers, and the stream. */
export interface Page {
  get(path: string): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  stream(query?: string, headers?: Record<string, string>): Promise<Listening>;
  readonly cookie: string;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

export interface Heard {
  readonly event: keyof WireEvents;
  readonly id?: string;
  readonly data: Record<string, unknown>;
}

export interface Listening {
  readonly events: readonly Heard[];
  /** Resolves with the first event that satisfies, now or later. */
  until(satisfies: (event: Heard) => boolean): Promise<Heard>;
  readonly ended: Promise<void>;
  close(): void;
}

const parse = (block: string): Heard[] => {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field('data');
  const id = field('id');
  if (data === undefined) return [];
  return [{ event: field('event') as keyof WireEvents, data: JSON.parse(data), ...(id === undefined ? {} : { id }) }];
};

const answer = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: (await response.json().catch(() => ({}))) as Record<string, unknown>,
  headers: response.headers,
});

const listen = async (url: string, headers: Record<string, string>): Promise<Listening> => {
  const stop = new AbortController();
  const response = await fetch(url, { headers, signal: stop.signal });
  const events: Heard[] = [];
  const ended = (async () => {
    let text = '';
    for await (const piece of response.body ?? []) {
      text += new TextDecoder().decode(piece);
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      events.push(...blocks.flatMap(parse));
    }
  })().catch(() => undefined);
  return {
    events,
    ended,
    async until(satisfies) {
      const late = Date.now() + 45_000;
      for (;;) {
        const found = events.find(satisfies);
        if (found !== undefined) return found;
        if (Date.now() > late) throw new Error(`no such event among ${JSON.stringify(events)}`);
        await pause(5);
      }
    },
    close: () => stop.abort(),
  };
};

/** A page that holds this cookie; without one, a page nobody signed in. */
export const pageWith = (rig: Rig, cookie = ''): Page => {
  const base = { cookie, 'sec-fetch-site': 'same-origin' };
  const root = `${rig.url}/console/api/`;
  return {
    cookie,
    get: async (path) => answer(await fetch(root + path, { headers: base })),
    post: async (path, body, headers = {}) =>
      answer(
        await fetch(root + path, {
          method: 'POST',
          headers: { ...base, 'x-quarterdeck': '1', 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }),
      ),
    async stream(query = '', headers = {}) {
      const listening = await listen(`${root}stream?${query}`, { ...base, ...headers });
      await listening.until(({ event }) => event === 'hello');
      return listening;
    },
  };
};

/** The cookie of a reply, as a browser sends it back. */
export const cookieOf = (got: Answer): string => got.headers.get('set-cookie')?.split(';')[0] ?? '';

/** Signs somebody in by a fresh link. */
export const signIn = async (rig: Rig, actor = ada): Promise<Page> => {
  const link = (await rig.invite(actor)).split('/login/')[1];
  const got = await pageWith(rig).post('login', { link });
  if (got.status !== 200) throw new Error(`login answered ${got.status}`);
  return pageWith(rig, cookieOf(got));
};

export const messagesOf = (got: Answer): WireMessage[] => got.body.messages as WireMessage[];

/** The way of the page's own state to the real server; what fails is thrown as the page throws it. */
export const apiOf = (page: Page): Api => {
  const taken = async <T>(asked: Promise<Answer>): Promise<T> => {
    const { status, body } = await asked.catch(() => {
      throw new Unreachable();
    });
    if (status >= 400) throw new Refused(status, body as unknown as WireRefusal);
    return body as T;
  };
  return {
    get(path, query = {}) {
      const given = Object.entries(query).filter(([, value]) => value !== undefined);
      const texts = given.map(([name, value]): [string, string] => [name, String(value)]);
      return taken(page.get(`${path}?${new URLSearchParams(texts)}`));
    },
    post: (path, body) => taken(page.post(path, body)),
    open: () => Promise.reject(new Unreachable()),
    now: () => Date.now(),
  };
};

/** What a browser remembers, without a browser. */
export const newMemory = (): Memory => {
  const all = new Map<string, string>();
  return {
    keeps: signal(true),
    get: (name) => all.get(name),
    set: (name, value) => void all.set(name, value),
    remove: (name) => void all.delete(name),
    names: (prefix) => [...all.keys()].filter((name) => name.startsWith(prefix)),
  };
};
