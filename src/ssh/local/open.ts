import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Log } from '#core/log.ts';
import type { Connection, SshTarget } from '#core/ssh.ts';
import * as faults from '../faults.ts';
import { createPool } from '../shell/pool.ts';
import { isUserName } from '../shell/script.ts';
import { createShell, takeWorker } from '../shell/shell.ts';
import { childChannel } from './channel.ts';
import { download, upload } from './transfer.ts';

/** How shells of this machine are started. */
export interface LocalOptions {
  /** Where they begin. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: Log;
  /** False where there is nobody else to become: everything is done as oneself. */
  readonly becomes: boolean;
  /** Waited for before each shell. */
  delay?(): Promise<void>;
}

/** A connection, and the way to break it. */
export interface LocalConnection {
  readonly connection: Connection;
  die(loss: faults.Loss): void;
}

/** A connection to this machine itself: a pool of real shells, in the same framed protocol as over SSH. */
export function connectLocally(at: SshTarget, options: LocalOptions): LocalConnection {
  const { folder, environment, log, becomes } = options;
  const lost = new AbortController();
  const channels = new Set<{ close(): void }>();
  const open = async (command: string) => {
    await options.delay?.();
    const child = spawn('/bin/sh', ['-c', command], { cwd: folder, env: environment, detached: true });
    const channel = childChannel(child, () => die(faults.losses.strange));
    channels.add(channel);
    void channel.ended.then(() => channels.delete(channel));
    return channel;
  };
  const pool = createPool({ at, open, log, folder });
  let why: faults.Loss = faults.losses.closed;
  const die = (loss: faults.Loss): void => {
    if (!lost.signal.aborted) {
      why = loss;
      lost.abort(faults.died(at, loss));
    }
    for (const channel of channels) channel.close();
  };
  const inFolder = (path: string): string => (path.startsWith('/') ? path : join(folder, path));
  const connection: Connection = {
    target: at,
    lost: lost.signal,
    shell: async (become) => {
      if (become && !isUserName(become.user)) throw faults.sudoRefused(at, become.user, '');
      const user = becomes && become && become.user !== at.user ? become.user : undefined;
      const parts = { at, pool, user, lost: lost.signal, loss: () => why };
      pool.give(await takeWorker(parts, lost.signal), 'reuse');
      return createShell(parts);
    },
    upload: (content, path, how) => upload(at, content, inFolder(path), how),
    download: (path, local, how) => download(at, inFolder(path), local, how),
    stillKnown: async () => true,
    close: async () => die(faults.losses.closed),
  };
  return { connection, die };
}
