import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Log, silentLog } from '#core/log.ts';
import type { Connection, Ssh, SshTarget } from '#core/ssh.ts';
import { type Text, t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { createPool } from '../shell/pool.ts';
import { isUserName } from '../shell/script.ts';
import { createShell } from '../shell/shell.ts';
import { childChannel, environmentOf } from './channel.ts';
import { download, upload } from './transfer.ts';

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
  /** Breaks every connection to the host now; what runs there goes on, as on a real host. */
  lose(host: string): void;
  /** Every connection and every command begins this much later. */
  slow(host: string, ms: number): void;
}

const cut = t('the connection was cut', 'la connexion a été coupée');
const closed = t('it was closed', 'elle a été fermée');

/** An `Ssh` without a network: scripts run in real local shells, in the real framed protocol. */
export function createMemorySsh({ folder, hosts, log = silentLog }: MemorySshOptions): MemorySsh {
  const down = new Set<string>();
  const delays = new Map<string, number>();
  const living = new Map<Connection, (because: Text) => void>();

  const connect = async (at: SshTarget, signal: AbortSignal): Promise<Connection> => {
    await pause(delays.get(at.name) ?? 0);
    if (signal.aborted) throw faults.cancelled(at);
    if (!hosts.includes(at.name) || down.has(at.name))
      throw faults.unreachable(at, t('it is switched off', 'il est éteint'));
    const home = join(folder, at.name);
    await mkdir(home, { recursive: true });
    const { connection, die } = memoryConnection(at, home, log, () => pause(delays.get(at.name) ?? 0));
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
    lose: (host) => {
      for (const [connection, die] of living) if (connection.target.name === host) die(cut);
    },
    slow: (host, ms) => void delays.set(host, ms),
  };
}

/** One connection to a folder: a pool of real local shells. */
function memoryConnection(
  at: SshTarget,
  home: string,
  log: Log,
  delay: () => Promise<void>,
): { readonly connection: Connection; die(because: Text): void } {
  const lost = new AbortController();
  const channels = new Set<{ close(): void }>();
  const open = async (command: string) => {
    await delay();
    const child = spawn('/bin/sh', ['-c', command], { cwd: home, env: environmentOf(home), detached: true });
    const channel = childChannel(child, () => die(faults.strange));
    channels.add(channel);
    void channel.ended.then(() => channels.delete(channel));
    return channel;
  };
  const pool = createPool({ at, open, log });
  let why = closed;
  const die = (because: Text): void => {
    if (!lost.signal.aborted) {
      why = because;
      lost.abort(because === closed ? faults.lost(at, false, because) : faults.unreachable(at, because));
    }
    for (const channel of channels) channel.close();
  };
  const connection: Connection = {
    target: at,
    lost: lost.signal,
    shell: async (become) => {
      if (become && !isUserName(become.user)) throw faults.sudoRefused(at, become.user, '');
      const parts = { at, pool, user: undefined, lost: lost.signal, why: () => why };
      pool.give(await pool.take(parts.user, lost.signal), 'reuse');
      return createShell(parts);
    },
    upload: (content, path, options) => upload(at, content, inHome(home, path), options),
    download: (path, local, options) => download(at, inHome(home, path), local, options),
    close: async () => die(closed),
  };
  return { connection, die };
}

const inHome = (home: string, path: string): string => (path.startsWith('/') ? path : join(home, path));

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));
