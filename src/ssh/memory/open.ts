import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, silentLog } from '#core/log.ts';
import type { Connection, Ssh, SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { connectLocally } from '../local/open.ts';

export interface MemorySshOptions {
  /** Each host is the folder of its name in here: its home and working directory. */
  readonly folder: string;
  readonly hosts: readonly string[];
  readonly log?: Log;
}

/** Switches that make a host misbehave, for tests. */
export interface MemorySsh extends Ssh {
  /** No new connection to the host succeeds until told otherwise. */
  unreachable(host: string, is?: boolean): void;
  /** It knows none of our keys until told otherwise. */
  letsNobodyIn(host: string, is?: boolean): void;
  /** Breaks every connection to the host now; what runs there goes on, as on a real host. */
  lose(host: string): void;
  /** Every connection and every command begins this much later. */
  slow(host: string, ms: number): void;
}

/** An `Ssh` without a network: scripts run in real local shells, in the real framed protocol. */
export function createMemorySsh({ folder, hosts, log = silentLog }: MemorySshOptions): MemorySsh {
  const down = new Set<string>();
  const locked = new Set<string>();
  const delays = new Map<string, number>();
  const living = new Map<Connection, (loss: faults.Loss) => void>();

  const connect = async (at: SshTarget, signal: AbortSignal): Promise<Connection> => {
    await pause(delays.get(at.name) ?? 0);
    if (signal.aborted) throw faults.cancelled(at);
    if (!hosts.includes(at.name) || down.has(at.name))
      throw faults.unreachable(at, t('it is switched off', 'il est éteint'));
    if (locked.has(at.name)) throw faults.notLetIn(at, []);
    const home = join(folder, at.name);
    await mkdir(home, { recursive: true });
    const { connection, die } = connectLocally(at, {
      folder: home,
      environment: environmentOf(home),
      log,
      becomes: false,
      delay: () => pause(delays.get(at.name) ?? 0),
    });
    living.set(connection, die);
    connection.lost.addEventListener('abort', () => living.delete(connection), { once: true });
    return connection;
  };

  return {
    connect,
    scan: async () => [],
    stop: async () => {
      await Promise.all([...living.keys()].map((connection) => connection.close()));
    },
    unreachable: (host, is = true) => void (is ? down.add(host) : down.delete(host)),
    letsNobodyIn: (host, is = true) => void (is ? locked.add(host) : locked.delete(host)),
    lose: (host) => {
      for (const [connection, die] of living) if (connection.target.name === host) die(faults.losses.cut);
    },
    slow: (host, ms) => void delays.set(host, ms),
  };
}

/** What a login would set, and nothing of this process. */
const environmentOf = (home: string): NodeJS.ProcessEnv => ({
  HOME: home,
  PATH: `${home}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  SHELL: '/bin/sh',
});

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
