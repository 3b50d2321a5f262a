import type { Log } from '#core/log.ts';
import type { Connection, SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { createPool } from '../shell/pool.ts';
import { isUserName } from '../shell/script.ts';
import { createShell, takeWorker } from '../shell/shell.ts';
import { channelOpener, endClient } from './channel.ts';
import type { Hop } from './open.ts';
import { createTransfers } from './transfers.ts';
import { watchSilence } from './watch.ts';

export interface ConnectionOptions {
  readonly log: Log;
  /** A peer silent for so long is dead. */
  readonly silenceMs: number;
}

/** A connection over logged-in hops, the last of which is the target. */
export function createConnection(
  at: SshTarget,
  hops: readonly Hop[],
  { log, silenceMs }: ConnectionOptions,
): Connection {
  const last = hops.at(-1);
  if (!last) throw faults.unreachable(at, t('no way leads to it', 'aucun chemin n’y mène'));
  const lost = new AbortController();
  let why: faults.Loss = faults.losses.closed;
  const die = (loss: faults.Loss): void => {
    if (!lost.signal.aborted) {
      why = loss;
      lost.abort(faults.died(at, loss));
    }
    for (const hop of hops) hop.socket.destroy();
  };
  const watches = hops.map((hop) => watchSilence(hop.socket, silenceMs, () => die(faults.losses.silent)));
  lost.signal.addEventListener('abort', () => {
    for (const watch of watches) watch.stop();
  });
  for (const { client } of hops) {
    client.removeAllListeners('error').removeAllListeners('close');
    client.on('error', (cause) => log.debug({ host: at.name, cause }, 'ssh error'));
    client.on('close', () => die(faults.losses.cut));
  }

  const open = channelOpener(last.client, () => die(faults.losses.strange));
  const heardSince = (moment: number): boolean => watches.every((watch) => watch.heard() >= moment);
  const pool = createPool({ at, open, log, heardSince });
  const parts = { at, pool, lost: lost.signal, loss: () => why };
  const transfers = createTransfers({
    at,
    client: last.client,
    open: pool.channel,
    lost: lost.signal,
    loss: () => why,
    log,
  });
  const shell: Connection['shell'] = async (become) => {
    if (become && !isUserName(become.user)) throw faults.sudoRefused(at, become.user, '');
    const user = become && become.user !== (await loginUser()) ? become.user : undefined;
    pool.give(await takeWorker({ ...parts, user }, lost.signal), 'reuse');
    return createShell({ ...parts, user });
  };
  const loginUser = async (): Promise<string> => {
    const worker = await takeWorker(parts, lost.signal);
    pool.give(worker, 'reuse');
    return worker.greeting.user;
  };

  return {
    target: at,
    lost: lost.signal,
    shell,
    upload: transfers.upload,
    download: transfers.download,
    stillKnown: async () => (await Promise.all(hops.map((hop) => hop.stillKnown()))).every(Boolean),
    close: async () => {
      if (!lost.signal.aborted) lost.abort(faults.lost(at, false, faults.losses.closed));
      for (const hop of [...hops].reverse()) await endClient(hop.client, () => hop.socket.destroy());
      die(faults.losses.closed);
    },
  };
}
