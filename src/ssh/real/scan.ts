import type { Duplex } from 'node:stream';
import ssh2 from 'ssh2';
import type { HostKey, SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { hostKey } from '../known-hosts.ts';
import { algorithmsFor, hostKeyTypes } from './algorithms.ts';

/** The keys a host shows, one of each kind it has. Nothing is trusted and nobody logs in. */
export async function scanHost(
  at: SshTarget,
  reach: () => Promise<Duplex>,
  signal: AbortSignal,
): Promise<readonly HostKey[]> {
  const keys: HostKey[] = [];
  for (const type of hostKeyTypes) {
    if (signal.aborted) throw faults.cancelled(at);
    const key = await showKey(at, await reach(), type);
    if (key) keys.push(hostKey(key));
  }
  if (keys.length === 0)
    throw faults.unreachable(at, t('it shows no host key we can check', 'il ne montre aucune clé d’hôte vérifiable'));
  return keys;
}

/** Begins a handshake that can only end with a key of this type, and leaves as soon as the key is seen. */
function showKey(at: SshTarget, socket: Duplex, type: string): Promise<Buffer | undefined> {
  const client = new ssh2.Client();
  return new Promise<Buffer | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), at.connectTimeoutMs);
    const finish = (key?: Buffer): void => {
      clearTimeout(timer);
      resolve(key);
    };
    client.on('error', () => finish());
    client.on('close', () => finish());
    client.connect({
      sock: socket,
      username: at.user,
      ident: 'Quarterdeck',
      readyTimeout: 0,
      algorithms: algorithmsFor([type]),
      hostVerifier: (key: Buffer) => {
        finish(key);
        return false;
      },
      authHandler: [],
    });
  }).finally(() => socket.destroy());
}
