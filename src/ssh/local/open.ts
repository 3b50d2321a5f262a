import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Log } from '#core/log.ts';
import type { Connection, SshTarget } from '#core/ssh.ts';
import { type Text, t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { createPool } from '../shell/pool.ts';
import { isUserName } from '../shell/script.ts';
import { createShell } from '../shell/shell.ts';
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
  die(because: Text): void;
}

const closed = t('it was closed', 'elle a été fermée');

/** A connection to this machine itself: a pool of real shells, in the same framed protocol as over SSH. */
export function connectLocally(at: SshTarget, options: LocalOptions): LocalConnection {
  const { folder, environment, log, becomes } = options;
  const lost = new AbortController();
  const channels = new Set<{ close(): void }>();
  const open = async (command: string) => {
    await options.delay?.();
    const channel = childChannel(spawn('/bin/sh', ['-c', command], { cwd: folder, env: environment, detached: true }));
    channels.add(channel);
    void channel.ended.then(() => channels.delete(channel));
    return channel;
  };
  const pool = createPool({ at, open, log, folder });
  let why = closed;
  const die = (because: Text): void => {
    if (!lost.signal.aborted) {
      why = because;
      lost.abort(because === closed ? faults.lost(at, false, because) : faults.unreachable(at, because));
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
      pool.give(await pool.take(user, lost.signal), 'reuse');
      return createShell({ at, pool, user, lost: lost.signal, why: () => why });
    },
    upload: (content, path, how) => upload(at, content, inFolder(path), how),
    download: (path, local, how) => download(at, inFolder(path), local, how),
    close: async () => die(closed),
  };
  return { connection, die };
}
