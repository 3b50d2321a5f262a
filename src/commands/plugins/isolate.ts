import { getCompileCacheDir } from 'node:module';
import { MessageChannel, Worker } from 'node:worker_threads';
import type { Log } from '#core/log.ts';
import { type Channel, ChannelClosed, openChannel } from './channel.ts';
import { serveInside } from './inside/serve.ts';
import type { Busy, Logged } from './protocol.ts';

/** How an isolate ended by itself: `stuck` in a loop, out of `memory`, or it just ended. */
export type Death = 'stuck' | 'memory' | 'exit';

/** Where plugins run: a worker thread, or this thread behind the same channel. */
export interface Isolate {
  readonly channel: Channel;
  /** Plugins whose code may have been why it died: their calls, jobs and loading under way. A stuck thread began no call since. */
  suspects(): readonly string[];
  /** Counts a call as under way until the inside has answered it, however long ago the caller gave up. */
  during<T>(plugin: string, work: Promise<T>): Promise<T>;
  /** Nothing is under way. */
  idle(): boolean;
  /** How it was over; `ended` when that was asked for. */
  readonly over: Promise<Death | 'ended'>;
  end(): Promise<void>;
}

export interface IsolateOptions {
  readonly isolate: boolean;
  readonly given: readonly { readonly name: string }[];
  readonly memoryMb: number;
  /** Without a sign of life for this long, it is stuck. */
  readonly stallMs: number;
  readonly loadSeconds: number;
  readonly log: Log;
  now(): number;
  need(payload: unknown, signal: AbortSignal): Promise<unknown>;
}

/** Starts an isolate. */
export function startIsolate(options: IsolateOptions): Isolate {
  const { port1, port2 } = new MessageChannel();
  const under = createTally();
  let spoke = false;
  const death = Promise.withResolvers<Death | 'ended'>();
  const channel = openChannel(port1, {
    serve: (_method, payload, signal) => options.need(payload, signal),
    hear: (method, payload) => {
      spoke = true;
      if (method === 'log' && isLogged(payload)) write(options.log, payload);
      if (method === 'busy' && isBusy(payload)) under.mark(payload);
    },
  });
  let isStuck = false;
  const suspects = () => (isStuck ? under.begun() : under.all());
  const common = { channel, over: death.promise, suspects, during: under.during };
  const idle = () => under.all().length === 0;
  if (!options.isolate) {
    const { given, loadSeconds, now } = options;
    serveInside(port2, { guard: false, given, loadSeconds, now });
    return {
      ...common,
      idle,
      end: async () => {
        death.resolve('ended');
        channel.close();
      },
    };
  }
  const worker = startWorker(port2, options);
  let ending = false;
  const end = async () => {
    ending = true;
    death.resolve('ended');
    pulse.stop();
    await worker.terminate();
    channel.close();
  };
  const die = (how: Death) => {
    if (ending) return;
    isStuck = how === 'stuck';
    death.resolve(how);
    void end();
  };
  const buffers = async () => (await worker.getHeapStatistics()).external_memory;
  const pulse = watchPulse(channel, {
    ...options,
    idle,
    loading: under.loading,
    spoken: () => spoke,
    buffers,
    die,
  });
  worker.on('error', (error) => {
    options.log.error({ error }, 'the plugins ended');
    die('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'exit');
  });
  worker.on('exit', () => die('exit'));
  return { ...common, idle, end };
}

function startWorker(port: MessageChannel['port2'], { memoryMb, loadSeconds, log }: IsolateOptions): Worker {
  const worker = new Worker(new URL('./inside/worker-entry.mjs', import.meta.url), {
    name: 'plugins',
    workerData: { port, loadSeconds, cache: getCompileCacheDir() },
    transferList: [port],
    // Secrets of the bot's environment are not the plugins': they get theirs through their settings.
    env: keep(process.env, ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR']),
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 6 },
  });
  for (const stream of [worker.stdout, worker.stderr])
    stream.on('data', (chunk: Buffer) => log.info({ said: String(chunk).slice(0, 4_000) }, 'a plugin wrote'));
  return worker;
}

const keep = (env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** The heap limit does not count buffers: this much, times the limit, they may take, and the whole bot may grow during calls. */
const growthFactor = 4;

/** So many pings in a row may go unanswered; twice as many while code is compiled for the first time. */
const missable = 5;

interface Pulse {
  readonly stallMs: number;
  readonly memoryMb: number;
  idle(): boolean;
  loading(): boolean;
  /** The thread said anything yet: it runs. */
  spoken(): boolean;
  /** How much memory the thread's buffers take. */
  buffers(): Promise<number>;
  die(how: Death): void;
}

/** Several pings without an answer mean a stuck thread, and memory is watched: also at rest, for what a call left behind. */
function watchPulse(channel: Channel, { stallMs, memoryMb, idle, loading, spoken, buffers, die }: Pulse) {
  const most = growthFactor * memoryMb * 1024 * 1024;
  let missed = 0;
  let asked = false;
  let before: number | undefined;
  const grown = () => {
    const now = process.memoryUsage.rss();
    before ??= now;
    return now - before > most;
  };
  const answered = async () => {
    await channel.call('ping', null);
    return buffers().catch(() => 0); // it ended meanwhile
  };
  const beat = () => {
    if (idle()) before = undefined;
    else if (grown()) return die('memory');
    if (asked) {
      // A thread that has yet to start is no stuck one.
      if (spoken() || !idle()) missed += 1;
      return missed >= missable * (loading() ? 2 : 1) ? die('stuck') : undefined;
    }
    asked = true;
    answered().then(
      (size) => {
        asked = false;
        missed = 0;
        if (size > most) die('memory');
      },
      // The channel is closed: nobody is left to ping.
      () => {},
    );
  };
  const timer = setInterval(beat, stallMs / missable).unref();
  return { stop: () => clearInterval(timer) };
}

/** What is under way, counted by plugin: calls as they are asked, and what the inside says that it began. */
function createTally() {
  const [asked, inside] = [counter(), counter()];
  let loads = 0;
  const mark = ({ plugin, doing, on }: Busy) => {
    if (doing === 'load') loads += on ? 1 : -1;
    inside.add(plugin, on ? 1 : -1);
  };
  const { add } = asked;
  const begun = inside.counted;
  const all = () => [...new Set([...asked.counted(), ...begun()])];
  const during = async <T>(plugin: string, work: Promise<T>): Promise<T> => {
    add(plugin, 1);
    try {
      const value = await work;
      add(plugin, -1);
      return value;
    } catch (thrown) {
      // A call the isolate died under stays counted: its plugin may be why.
      if (!(thrown instanceof ChannelClosed)) add(plugin, -1);
      throw thrown;
    }
  };
  return { all, begun, mark, during, loading: () => loads > 0 };
}

function counter() {
  const counts = new Map<string, number>();
  return {
    add: (plugin: string, by: number) => void counts.set(plugin, Math.max(0, (counts.get(plugin) ?? 0) + by)),
    counted: () => [...counts].filter(([, count]) => count > 0).map(([plugin]) => plugin),
  };
}

const levels: readonly unknown[] = ['debug', 'info', 'warn', 'error'];

const isLogged = (payload: unknown): payload is Logged =>
  typeof payload === 'object' && payload !== null && 'level' in payload && levels.includes(payload.level);

const isBusy = (payload: unknown): payload is Busy =>
  typeof payload === 'object' && payload !== null && 'plugin' in payload && typeof payload.plugin === 'string';

function write(log: Log, { plugin, level, fields, message }: Logged): void {
  log.child({ plugin })[level](fields, message);
}
