import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { refuseSecrets } from '#audit/guesses.ts';
import { recordTo } from '#audit/record.ts';
import { createRedactor } from '#audit/redact.ts';
import { createConsole } from '#chat/console/console.ts';
import type { WireCompletion } from '#chat/console/protocol.ts';
import { approvedBy } from '#commands/approved-by.ts';
import type { Actor } from '#core/actor.ts';
import type { Card } from '#core/card.ts';
import type { StoreChange } from '#core/changes.ts';
import type { Chat, Incoming, Receiver } from '#core/chat.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import { silentLog } from '#core/log.ts';
import type { RunEvent } from '#core/run.ts';
import { newSecret, secretHash } from '#core/secret-hash.ts';
import type { Sight } from '#core/sight.ts';
import type { ConsoleMessages, Store } from '#core/store.ts';
import { apiRoutes } from '#http/api.ts';
import { createDoorkeeper } from '#http/doorkeeper.ts';
import { healthRoutes } from '#http/health.ts';
import { pageRoutes } from '#http/pages.ts';
import { createHttpServer, type HttpOptions, type HttpServer } from '#http/server.ts';
import { readLogIn } from '#runs/read-log.ts';
import { openFiles } from '#store/files.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

/** The people of the rig. Ada may see everything, Ben only his own. */
export const people: readonly Actor[] = [
  { id: 'console:local:ada', kind: 'person', name: 'Ada', roles: [] },
  { id: 'console:local:ben', kind: 'person', name: 'Ben', roles: [] },
];

export const ada = 'console:local:ada';
export const ben = 'console:local:ben';

/** What the scripted bot does with a line: says cards, or nothing. */
export type Script = (incoming: Incoming, bot: Bot) => Promise<void> | void;

/** The bot's mouth in a script. */
export interface Bot {
  say(card: Card, options?: { key?: string; thread?: string; to?: string; channel?: string }): Promise<string>;
}

/** What a rig is made of, beside its own. */
export interface RigOptions {
  readonly script?: Script;
  readonly completions?: (line: string) => readonly WireCompletion[];
  readonly sight?: Sight;
  readonly http?: Partial<HttpOptions>;
  /** Plans as text, by the order's number. */
  readonly plans?: Readonly<Record<number, string>>;
  /** Who may approve, by the order's number. */
  readonly approvers?: Readonly<Record<number, readonly string[]>>;
  /** Who may say no to an order; who may approve it when left out. */
  readonly judges?: Readonly<Record<number, readonly string[]>>;
  readonly channels?: readonly { name: string; about?: string }[];
  readonly clock?: Clock;
  /** What the console asks of its messages passes through here. */
  readonly messages?: (real: ConsoleMessages) => ConsoleMessages;
}

/** A real server with the console and a real store; only the order path is a script. */
export interface Rig {
  readonly url: string;
  readonly port: number;
  readonly store: Store;
  readonly bot: Bot;
  readonly chat: Chat;
  readonly received: readonly Incoming[];
  readonly folder: string;
  readonly files: ReturnType<typeof openFiles>;
  /** A fresh one-time login address. */
  invite(actor?: string): Promise<string>;
  /** A fresh token. */
  token(actor?: string): Promise<string>;
  /** Where the logs of runs lie. */
  readonly runLogs: string;
  tell(change: StoreChange): void;
  runEvent(event: RunEvent): void;
  /** Stops the server and starts it again on the same port; the store stays. */
  stopServer(): Promise<void>;
  startServer(): Promise<void>;
  close(): Promise<void>;
}

const listeners = <T>() => {
  const all = new Set<(value: T) => void>();
  return {
    tell: (value: T): void => {
      for (const listener of [...all]) listener(value);
    },
    listen: (listener: (value: T) => void) => {
      all.add(listener);
      return () => void all.delete(listener);
    },
  };
};

/** Ada sees all, others their own. */
const usualSight: Sight = {
  order: async (actor) => actor === ada,
  content: async (actor) => actor === ada,
  audit: async (actor) => actor === ada,
};

/** What the rig's redactor hides. */
export const knownSecret = 'correct-horse-battery';

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'console-rig-'));
  const store = await openSqliteStore({ path: join(folder, 'store.db'), clock: systemClock });
  const files = openFiles({ folder: join(folder, 'files'), index: store.files });
  for (const person of people) await store.people.put(person);
  const changes = listeners<StoreChange>();
  const runs = listeners<RunEvent>();
  const received: Incoming[] = [];
  let said = 0;

  const receiver: Receiver = {
    async receive(incoming) {
      const isNew = await store.inbox.add(incoming);
      const { eventId, text } = incoming;
      if (!isNew) {
        const differs = received.some((one) => one.eventId === eventId && one.text !== text);
        return { status: 'duplicate', eventId, ...(differs ? { differs } : {}) };
      }
      received.push(incoming);
      void Promise.resolve(options.script?.(incoming, bot)).catch(() => undefined);
      return { status: 'accepted', eventId };
    },
  };
  const sight = options.sight ?? usualSight;
  const planText = async (order: number) => options.plans?.[order];
  const runLogs = join(folder, 'runs');
  const channels = options.channels ?? [
    { name: 'ops', about: 'Everything that runs' },
    { name: 'shop', about: 'The web shop' },
  ];
  const redactor = createRedactor([knownSecret]);
  const readLog = readLogIn({ folder: runLogs, redactor });
  const clock = options.clock ?? systemClock;
  const holdsSecret = refuseSecrets(recordTo(store.audit, redactor), { redactor, clock });
  const console = createConsole({
    messages: options.messages?.(store.console) ?? store.console,
    people: store.people,
    credentials: store.credentials,
    files,
    receiver,
    wasReceived: store.inbox.has,
    orders: store.orders,
    runs: store.runs,
    audit: store.audit,
    record: (fact) => store.audit.append(fact),
    sight,
    changes: { tell: changes.tell, subscribe: changes.listen },
    listenRuns: runs.listen,
    clock,
    holdsSecret,
    redact: redactor.text,
    approvers: async (order) => ({
      approve: options.approvers?.[order] ?? [],
      deny: options.judges?.[order] ?? options.approvers?.[order] ?? [],
    }),
    approvedBy: (run) => approvedBy(store, run),
    planText,
    readLog,
    log: silentLog,
    settings: () => ({
      channels,
      sessionHours: 12,
    }),
    language: () => 'en',
    complete: async (_actor, _channel, line) => options.completions?.(line) ?? [],
    formLine: (line, values) =>
      [line, ...Object.entries(values).map(([name, value]) => `--${name} ${JSON.stringify(value)}`)].join(' '),
  });
  const bot: Bot = {
    async say(card, { key, thread, to, channel = 'ops' } = {}) {
      said += 1;
      const name = key ?? `bot:${said}`;
      const revision = ((await store.console.get(name))?.revision ?? 0) + 1;
      await console.chat.deliver({
        key: name,
        chat: 'console',
        channel,
        card,
        revision,
        ...(thread === undefined ? {} : { thread }),
        ...(to === undefined ? {} : { to }),
      });
      return name;
    },
  };

  let server: HttpServer | undefined;
  let port = 0;
  const startServer = async (): Promise<void> => {
    server = await createHttpServer({
      host: '127.0.0.1',
      port,
      log: silentLog,
      doorkeeper: createDoorkeeper({ credentials: store.credentials, people: store.people, clock: systemClock }),
      secureCookies: false,
      routes: [
        ...console.routes,
        ...apiRoutes({
          receiver,
          orders: store.orders,
          runs: store.runs,
          audit: store.audit,
          people: store.people,
          messages: store.console,
          channels: () => channels.map(({ name }) => name),
          sight,
          changes: { subscribe: changes.listen },
          clock: systemClock,
          holdsSecret,
          redact: redactor.json,
          planText,
          readLog,
        }),
        ...healthRoutes({ checks: [] }),
        ...pageRoutes({ folder: resolve('dist/console') }),
      ],
      ...options.http,
    });
    port = server.port;
  };
  await startServer();

  return {
    get url() {
      return `http://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    store,
    bot,
    chat: console.chat,
    received,
    folder,
    files,
    runLogs,
    invite: async (actor = ada) => `http://127.0.0.1:${port}${await console.invite(actor)}`,
    async token(actor = ada) {
      const token = newSecret();
      await store.credentials.addToken({
        hash: secretHash(token),
        actor,
        label: 'test',
        createdAt: new Date().toISOString(),
      });
      return token;
    },
    tell: changes.tell,
    runEvent: runs.tell,
    stopServer: async () => server?.stop(),
    startServer,
    async close() {
      await server?.stop();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
