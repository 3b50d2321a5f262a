import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry } from '#core/audit.ts';
import type { Card } from '#core/card.ts';
import { eventIdOf } from '#core/event-id.ts';
import type { Order } from '#core/order.ts';
import type { Run, Step } from '#core/run.ts';
import { layoutIn } from '#harbour/layout.ts';
import { marked } from '#harbour/processes.ts';
import { underModes } from './ordinary.ts';

export const program = resolve(import.meta.dirname, '../..');
const main = join(program, 'src/app/main.mjs');

/** What a finished command line left behind. */
export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** How the real binary is started: on a data folder, with more environment, under the modes of files. */
export interface Around {
  readonly env?: NodeJS.ProcessEnv;
  /** The modes of files count for it, also when root runs the tests. */
  readonly underModes?: boolean;
  /** Ends it when it takes longer. */
  readonly withinMs?: number;
}

/** The environment of the real binary: the data folder and a free port, nothing of this shell's configuration. */
const environment = (data: string): NodeJS.ProcessEnv => ({
  PATH: `${join(program, 'node_modules/.bin')}:${process.env.PATH}`,
  HOME: process.env.HOME,
  LANG: 'C.UTF-8',
  QUARTERDECK_DATA: data,
  QUARTERDECK_PORT: '0',
});

const spawnMain = (data: string, words: readonly string[], around: Around): ChildProcess => {
  const all = [main, ...words];
  const [program, rest] = around.underModes ? underModes(process.execPath, ...all) : [process.execPath, all];
  return spawn(program, rest, {
    cwd: data,
    env: { ...environment(data), ...around.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
};

/** Runs the real `quarterdeck` with these words until it ends. */
export async function quarterdeck(data: string, words: readonly string[], around: Around = {}): Promise<Finished> {
  const child = spawnMain(data, words, around);
  const timer = setTimeout(() => child.kill('SIGKILL'), around.withinMs ?? 60_000);
  let out = '';
  let error = '';
  child.stdout?.on('data', (chunk) => (out += chunk));
  child.stderr?.on('data', (chunk) => (error += chunk));
  const code = await new Promise<number | null>((done, fail) => child.on('close', done).on('error', fail));
  clearTimeout(timer);
  return { code, out, error };
}

/** An order as the API shows it. */
export type SeenOrder = Order & { readonly closed: boolean };

/** What the API answered to an order. */
export interface Posted {
  readonly status: number;
  readonly body: { readonly event: string; readonly duplicate: boolean; readonly id?: number; readonly code?: string };
}

/** The real bot as a child process, on a data folder of its own. */
export interface RealBot {
  readonly data: string;
  readonly url: string;
  readonly pid: number;
  /** Everything it printed. */
  output(): string;
  /** Login links it printed, by the person's first name in lower case. */
  readonly links: Readonly<Record<string, string>>;
  /** One request to the API, as whoever holds the data folder or with this bearer token. */
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape it asked for.
  call(method: 'GET' | 'POST', path: string, body?: object, token?: string): Promise<{ status: number; body: any }>;
  post(order: object): Promise<Posted>;
  order(id: number | string, wait?: number): Promise<SeenOrder>;
  run(id: number): Promise<{ run: Run; steps: readonly Step[] }>;
  audit(limit?: number): Promise<readonly AuditEntry[]>;
  /** Places an order as `as` (Ada when not said) and waits until it is closed or waits for a person. */
  say(
    text: string,
    more?: { as?: string; key?: string; yes?: boolean; wait?: number; channel?: string },
  ): Promise<SeenOrder>;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** A bot that was started and may not be ready yet. */
export interface Launched {
  readonly pid: number;
  readonly ready: Promise<RealBot>;
  /** It has ended, by whatever cause. */
  readonly ended: Promise<void>;
  output(): string;
  kill(signal?: NodeJS.Signals): Promise<void>;
}

export const newDataFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'quarterdeck-bot-'));
export const removeDataFolder = (data: string): Promise<void> =>
  rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

export const ada = 'console:local:ada';
export const ben = 'console:local:ben';

/** Starts the bot and does not wait until it is ready. */
export function launchRealBot(data: string, around: Around = {}, words: readonly string[] = []): Launched {
  const child = spawnMain(data, ['start', ...words], around);
  let output = '';
  const ended = new Promise<void>((done) => child.on('close', () => done()));
  const open = new Promise<void>((done, fail) => {
    child.stdout?.on('data', (chunk) => {
      output += chunk;
      if (output.includes('Ctrl-C')) done();
    });
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => fail(new Error(`the bot ended with ${code}: ${output}`)));
  });
  const kill = async (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    await ended;
  };
  const started = { pid: child.pid ?? 0, output: () => output, kill, ended };
  const ready = open.then(() => connect(data, started));
  ready.catch(() => undefined); // told to who waits for it
  return { ...started, ready };
}

/** Starts the bot and resolves when it has printed where it is. */
export const startRealBot = (data: string, around: Around = {}, words: readonly string[] = []): Promise<RealBot> =>
  launchRealBot(data, around, words).ready;

async function connect(data: string, started: Omit<Launched, 'ready'>): Promise<RealBot> {
  const access = JSON.parse(await readFile(join(data, 'bot.json'), 'utf8')) as { url: string; token: string };
  const call: RealBot['call'] = async (method, path, body, token = access.token) => {
    const reply = await fetch(new URL(path, access.url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'accept-language': 'en',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: reply.status, body: await reply.json() };
  };
  const order: RealBot['order'] = async (id, wait = 0) =>
    (await call('GET', `/api/v1/orders/${encodeURIComponent(id)}?wait=${wait}`)).body.order;
  return {
    ...started,
    data,
    url: access.url,
    links: Object.fromEntries(
      [...started.output().matchAll(/(\w+) \([^)]*\)\n\s+(http\S+)/g)].map(([, name = '', link = '']) => [
        name.toLowerCase(),
        link,
      ]),
    ),
    call,
    post: (body) => call('POST', '/api/v1/orders', body),
    order,
    run: async (id) => (await call('GET', `/api/v1/runs/${id}`)).body,
    audit: async (limit = 500) => (await call('GET', `/api/v1/audit?limit=${limit}`)).body.entries,
    async say(text, { wait = 30, as = ada, ...more } = {}) {
      const { status, body } = await call('POST', '/api/v1/orders', { text, as, ...more });
      if (status !== 202) throw new Error(`${status}: ${JSON.stringify(body)}`);
      return order(`e:${body.event}`, wait);
    },
  };
}

/** A person who is logged in to the console. */
export interface Session {
  readonly cookie: string;
  /** Says a line in a channel. */
  say(text: string, channel?: string): Promise<{ status: number; event: string }>;
  /** Reads from the console's API. */
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape it asked for.
  read(path: string): Promise<any>;
  /** Sends to the console's API. */
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the shape it asked for.
  send(path: string, body: object): Promise<{ status: number; body: any }>;
}

/** Opens a login link as the page does, once. */
export async function logIn(bot: RealBot, link: string, actor: string): Promise<Session> {
  const headers = { 'x-quarterdeck': '1', 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
  const secret = new URL(link).pathname.split('/').at(-1);
  const reply = await fetch(new URL('/console/api/login', bot.url), {
    method: 'POST',
    headers,
    body: JSON.stringify({ link: secret }),
  });
  if (reply.status !== 200) throw new Error(`login: ${reply.status} ${await reply.text()}`);
  const cookie = (reply.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
  const send: Session['send'] = async (path, body) => {
    const sent = await fetch(new URL(path, bot.url), {
      method: 'POST',
      headers: { ...headers, cookie },
      body: JSON.stringify(body),
    });
    return { status: sent.status, body: await sent.json() };
  };
  return {
    cookie,
    send,
    read: async (path) => (await fetch(new URL(path, bot.url), { headers: { ...headers, cookie } })).json(),
    async say(text, channel = 'ops') {
      const id = randomUUID();
      const { status } = await send('/console/api/messages', { id, channel, text });
      return { status, event: eventIdOf('console', actor, id) };
    },
  };
}

/** The title of a card in English. */
export const titleOf = (card: Card | undefined): string => {
  const title = card?.title ?? '';
  return typeof title === 'string' ? title : title.en;
};

/** Processes of the demo fleet in this data folder that are alive. */
export const fleetProcesses = (data: string): readonly number[] => marked(layoutIn(join(data, 'harbour')).mark);

/** Processes of any kind that were started for this data folder and are alive. */
export const processesFor = (data: string): readonly string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`QUARTERDECK_DATA=${data}`);
    } catch {
      return false; // no process, or one that has just ended
    }
  });

/** Waits until a condition holds; says what never held. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = 60_000): Promise<void> {
  for (const begun = Date.now(); Date.now() - begun < withinMs; await sleep(25)) if (await holds()) return;
  throw new Error(`it never came about in ${withinMs} ms that ${what}`);
}

/** Bots and folders of one test, all ended and removed by `end`. */
export function realBots() {
  const folders: string[] = [];
  const launched: Launched[] = [];
  const launch = (data: string, around: Around = {}, words: readonly string[] = []): Launched => {
    const bot = launchRealBot(data, around, words);
    launched.push(bot);
    return bot;
  };
  return {
    async folder(): Promise<string> {
      const folder = await newDataFolder();
      folders.push(folder);
      return folder;
    },
    launch,
    start: (data: string, around: Around = {}, words: readonly string[] = []) => launch(data, around, words).ready,
    async end(): Promise<void> {
      await Promise.all(launched.splice(0).map((bot) => bot.kill()));
      for (const folder of folders.splice(0)) {
        await until('the demo fleet has ended', () => fleetProcesses(folder).length === 0).catch(() => undefined);
        await removeDataFolder(folder);
      }
    },
  };
}
