import type { Log } from '#core/log.ts';
import type { Connection, SshTarget } from '#core/ssh.ts';
import { type Text, t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { createPool } from '../shell/pool.ts';
import { isUserName } from '../shell/script.ts';
import { createShell } from '../shell/shell.ts';
import { channelOpener, endClient } from './channel.ts';
import type { Hop } from './open.ts';
import { createTransfers } from './transfers.ts';
import { watchSilence } from './watch.ts';

export interface ConnectionOptions {
  readonly log: Log;
  /** A peer silent for so long is dead. */
  readonly silenceMs: number;
}

const cut = t('the connection was cut', 'la connexion a été coupée');
const silent = t('it answers no more', 'il ne répond plus');
const closed = t('it was closed', 'elle a été fermée');

/** A connection over logged-in hops, the last of which is the target. */
export function createConnection(
  at: SshTarget,
  hops: readonly Hop[],
  { log, silenceMs }: ConnectionOptions,
): Connection {
  const last = hops.at(-1);
  if (!last) throw faults.unreachable(at, t('no way leads to it', 'aucun chemin n’y mène'));
  const lost = new AbortController();
  let why = closed;
  const die = (because: Text): void => {
    if (!lost.signal.aborted) {
      why = because;
      lost.abort(because === closed ? faults.lost(at, false, because) : faults.unreachable(at, because));
    }
    for (const hop of hops) hop.socket.destroy();
  };
  const watches = hops.map((hop) => watchSilence(hop.socket, silenceMs, () => die(silent)));
  lost.signal.addEventListener('abort', () => {
    for (const stop of watches) stop();
  });
  for (const { client } of hops) {
    client.removeAllListeners('error').removeAllListeners('close');
    client.on('error', (cause) => log.debug({ host: at.name, cause }, 'ssh error'));
    client.on('close', () => die(cut));
  }

  const open = channelOpener(last.client, () => die(faults.strange));
  const pool = createPool({ at, open, log });
  const transfers = createTransfers({ at, client: last.client, open, lost: lost.signal, log });
  const shell: Connection['shell'] = async (become) => {
    if (become && !isUserName(become.user)) throw faults.sudoRefused(at, become.user, '');
    const user = become && become.user !== (await loginUser()) ? become.user : undefined;
    pool.give(await pool.take(user, lost.signal), 'reuse');
    return createShell({ at, pool, user, lost: lost.signal, why: () => why });
  };
  const loginUser = async (): Promise<string> => {
    const worker = await pool.take(undefined, lost.signal);
    pool.give(worker, 'reuse');
    return worker.greeting.user;
  };

  return {
    target: at,
    lost: lost.signal,
    shell,
    upload: transfers.upload,
    download: transfers.download,
    close: async () => {
      if (!lost.signal.aborted) lost.abort(faults.lost(at, false, closed));
      for (const hop of [...hops].reverse()) await endClient(hop.client, () => hop.socket.destroy());
      die(closed);
    },
  };
}
