import type { Duplex } from 'node:stream';
import type { Fault } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { Connection, Ssh, SshTarget } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import { connectLocally } from '../local/open.ts';
import { createConnection } from './connection.ts';
import { type Login, login } from './login.ts';
import { scanHost } from './scan.ts';
import { dial, dialThrough } from './socket.ts';

export interface SshOptions {
  readonly log: Log;
  /** How often a silent peer is asked whether it is there. */
  readonly keepaliveMs?: number;
  /** After how many of those without a sign it is dead. */
  readonly keepaliveCount?: number;
  /** True where this machine itself may be worked on: from the command line, never by the bot, which holds everybody's keys. */
  readonly local?: boolean;
  /** The SSH agent's socket; `SSH_AUTH_SOCK` by default. */
  readonly agentSocket?: string;
}

/** A logged-in client and the socket under it. */
export interface Hop extends Login {
  readonly at: SshTarget;
  readonly socket: Duplex;
}

/** Real SSH connections by ssh2. */
export function createSsh(options: SshOptions): Ssh {
  const { log, keepaliveMs = 5000, keepaliveCount = 3, agentSocket = process.env.SSH_AUTH_SOCK } = options;
  const open = new Set<Connection>();
  const stopping = new AbortController();

  /** Through every jump host to the socket of the last target. */
  const reach = async (at: SshTarget, signal: AbortSignal, hops: Hop[]): Promise<Duplex> => {
    for (const via of at.via) hops.push(await enter(via, await socketTo(via, signal, hops), signal));
    return socketTo(at, signal, hops);
  };
  const socketTo = (at: SshTarget, signal: AbortSignal, hops: readonly Hop[]): Promise<Duplex> => {
    const hop = hops.at(-1);
    return hop ? dialThrough(hop.client, at, hop.at, signal) : dial(at, signal);
  };
  const enter = async (at: SshTarget, socket: Duplex, signal: AbortSignal): Promise<Hop> => {
    const known = await login(at, socket, { log, agentSocket, keepaliveMs }, signal).catch((fault) => {
      socket.destroy();
      throw fault;
    });
    return { ...known, at, socket };
  };

  const connect = async (at: SshTarget, signal: AbortSignal): Promise<Connection> => {
    if (at.local) return here(at, at.local.folder);
    const until = AbortSignal.any([signal, stopping.signal]);
    const hops: Hop[] = [];
    try {
      hops.push(await enter(at, await reach(at, until, hops), until));
      return kept(createConnection(at, hops, { log, silenceMs: keepaliveMs * keepaliveCount }));
    } catch (problem) {
      for (const hop of hops) hop.socket.destroy();
      throw problem;
    }
  };

  const here = (at: SshTarget, folder: string): Connection => {
    if (options.local !== true) throw faults.notHere(at);
    const { connection } = connectLocally(at, { folder, environment: process.env, log, becomes: true });
    return kept(connection);
  };
  const kept = (connection: Connection): Connection => {
    open.add(connection);
    connection.lost.addEventListener('abort', () => open.delete(connection), { once: true });
    return connection;
  };

  const scan = async (at: SshTarget, signal: AbortSignal) => {
    const hops: Hop[] = [];
    try {
      return await scanHost(at, () => reachAgain(at, signal, hops), signal);
    } finally {
      for (const hop of hops) hop.socket.destroy();
    }
  };
  const reachAgain = (at: SshTarget, signal: AbortSignal, hops: Hop[]): Promise<Duplex> =>
    hops.length === 0 ? reach(at, signal, hops) : socketTo(at, signal, hops);

  return {
    connect,
    scan,
    stop: async () => {
      stopping.abort(stopFault());
      await Promise.all([...open].map((connection) => connection.close()));
    },
  };
}

const stopFault = (): Fault => faults.cancelled({ name: 'ssh', address: '', port: 0, user: '' });
