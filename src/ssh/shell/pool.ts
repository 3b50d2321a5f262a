import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import { type Channel, ChannelRefused, type OpenChannel } from './channel.ts';
import { type Greeting, greet, ShellGone } from './remote-shell.ts';
import { startCommand } from './script.ts';

/** One remote shell, greeted and idle or at work. */
export interface Worker {
  readonly channel: Channel;
  readonly user: string | undefined;
  readonly greeting: Greeting;
  gone: boolean;
}

export interface PoolOptions {
  readonly at: SshTarget;
  readonly open: OpenChannel;
  readonly log: Log;
  /** Where scripts begin; the user's home by default. */
  readonly folder?: string;
  /** Most remote shells at once; sshd allows ten sessions, and a transfer and a kill need theirs. */
  readonly most?: number;
  /** Whether the host gave any sign of life since that moment of `performance.now()`. */
  readonly heardSince?: (moment: number) => boolean;
}

/** The remote shells of one connection, lent to one script at a time. */
export interface Pool {
  readonly open: OpenChannel;
  /** A further channel; where the host allows no more, shells that are idle make room for it. */
  channel(command: string, signal: AbortSignal): Promise<Channel>;
  /** An idle shell of that user, or a new one, or the next that comes free. Faults `ssh.sudo`, `ssh.shell`. */
  take(user: string | undefined, signal: AbortSignal): Promise<Worker>;
  /** Gives a shell back: `reuse`, or `retire` when processes of the script still write to it, or `close`. */
  give(worker: Worker, fate: 'reuse' | 'retire' | 'close'): void;
}

const mostRetired = 2;

/** How often a channel is asked for again while nothing of ours is in its way: what was closed counts until it has ended. */
const mostAlone = 10;

/** A pool of remote shells. */
export function createPool({ at, open, log, folder, most = 7, heardSince = () => true }: PoolOptions): Pool {
  const idle: Worker[] = [];
  const retired: Worker[] = [];
  const waiting: (() => void)[] = [];
  let living = 0;
  let further = 0;

  const wakeOne = (): void => waiting.shift()?.();

  const start = async (user: string | undefined): Promise<Worker> => {
    const channel = await open(startCommand(user));
    const worker: Worker = {
      channel,
      user,
      greeting: await greeted(channel, { at, user, folder, heardSince }),
      gone: false,
    };
    void channel.ended.then(() => {
      worker.gone = true;
    });
    return worker;
  };

  const tryStart = async (user: string | undefined): Promise<Worker | undefined> => {
    living += 1;
    try {
      return await start(user);
    } catch (problem) {
      living -= 1;
      if (!(problem instanceof ChannelRefused)) {
        wakeOne();
        throw problem;
      }
      return undefined;
    }
  };

  const closeIdle = (): boolean => {
    const unused = idle.shift();
    if (!unused) return false;
    living -= 1;
    unused.channel.close();
    return true;
  };

  /** Nothing of ours is in the way of another channel. */
  const isAlone = (): boolean => living + retired.length + further === 0;

  const take = async (user: string | undefined, signal: AbortSignal): Promise<Worker> => {
    for (let alone = 0; ; ) {
      if (signal.aborted) throw faults.cancelled(at);
      const unused = takeIdle(user);
      if (unused) return unused;
      if (living >= most && !closeIdle()) {
        await freed(waiting, signal, 1000);
        continue;
      }
      const worker = await tryStart(user);
      if (worker) return worker;
      alone = isAlone() ? alone + 1 : 0;
      if (alone > mostAlone) throw faults.noShell(at, 'no channel');
      await makeRoom(signal);
    }
  };

  /** Closes a shell nobody works in, and waits until the host may allow another channel. */
  const makeRoom = async (signal: AbortSignal): Promise<void> => {
    const old = retired.shift();
    if (old) old.channel.close();
    else closeIdle();
    await freed(waiting, signal, 200);
  };

  const lend = (channel: Channel): Channel => {
    further += 1;
    void channel.ended.then(() => {
      further -= 1;
      wakeOne();
    });
    return channel;
  };

  const channel = async (command: string, signal: AbortSignal): Promise<Channel> => {
    for (let alone = 0; ; ) {
      try {
        return lend(await open(command));
      } catch (problem) {
        alone = isAlone() ? alone + 1 : 0;
        if (!(problem instanceof ChannelRefused) || alone > mostAlone) throw problem;
      }
      if (signal.aborted) throw faults.cancelled(at);
      await makeRoom(signal);
    }
  };

  const takeIdle = (user: string | undefined): Worker | undefined => {
    for (let at = idle.length - 1; at >= 0; at -= 1) {
      const worker = idle[at];
      if (!worker || (worker.user !== user && !worker.gone)) continue;
      idle.splice(at, 1);
      if (!worker.gone) return worker;
      living -= 1;
    }
    return undefined;
  };

  const give = (worker: Worker, fate: 'reuse' | 'retire' | 'close'): void => {
    if (fate === 'reuse' && !worker.gone) idle.push(worker);
    else {
      living -= 1;
      if (fate === 'retire') retire(worker);
      else worker.channel.close();
    }
    wakeOne();
  };

  const retire = (worker: Worker): void => {
    log.debug({ host: at.name }, 'a script left processes behind; its shell is put aside');
    retired.push(worker);
    if (retired.length > mostRetired) retired.shift()?.channel.close();
  };

  return { open, channel, take, give };
}

/** Waits until a shell comes free; a moment is the longest, since the host itself may allow more by then. */
async function freed(waiting: (() => void)[], signal: AbortSignal, longestMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  waiting.push(resolve);
  const timer = new AbortController();
  const abort = (): void => resolve();
  signal.addEventListener('abort', abort, { once: true });
  await Promise.race([promise, sleep(longestMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  signal.removeEventListener('abort', abort);
  const place = waiting.indexOf(resolve);
  if (place >= 0) waiting.splice(place, 1);
}

/** Whose greeting is waited for. */
interface Greeted {
  readonly at: SshTarget;
  readonly user: string | undefined;
  readonly folder: string | undefined;
  readonly heardSince: (moment: number) => boolean;
}

/** Waits for the greeting of a new shell; without one it is useless, and says why. */
async function greeted(channel: Channel, { at, user, folder, heardSince }: Greeted): Promise<Greeting> {
  const began = performance.now();
  for (const stream of [channel.stdout, channel.stderr]) stream.on('data', () => undefined);
  for (const stream of [channel.stdin, channel.stdout, channel.stderr]) stream.on('error', () => undefined);
  const timer = new AbortController();
  const late = sleep(at.connectTimeoutMs, undefined, { signal: timer.signal }).then(() =>
    Promise.reject(new Error('late')),
  );
  try {
    return await Promise.race([greet(channel, folder), late]);
  } catch (problem) {
    channel.close();
    const stderr = problem instanceof ShellGone ? problem.stderr : '';
    if (problem instanceof ShellGone && problem.end.lost)
      throw faults.lost(at, false, problem.strange ? faults.losses.strange : faults.losses.shell);
    // A shell that ended with a word was heard, maybe together with its opening: that is before it was waited for.
    const isHeard = problem instanceof ShellGone || heardSince(began);
    if (!isHeard) throw faults.unreachable(at, faults.losses.silent.why);
    throw user === undefined ? faults.noShell(at, stderr) : faults.sudoRefused(at, user, stderr);
  } finally {
    late.catch(() => undefined);
    timer.abort();
  }
}
