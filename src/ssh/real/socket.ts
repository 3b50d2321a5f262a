import net from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { SshTarget } from '#core/ssh.ts';
import { type Text, t } from '#core/text.ts';
import * as faults from '../faults.ts';

/** A TCP connection to the target, without Nagle's delay, which ssh2 would leave on. */
export function dial(at: SshTarget, signal: AbortSignal): Promise<Duplex> {
  const socket = net.connect({ host: at.address, port: at.port, noDelay: true });
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const late = setTimeout(
    () => fail(t('it did not answer in time', 'il n’a pas répondu à temps')),
    at.connectTimeoutMs,
  );
  const fail = (why: Text, cause?: unknown): void => {
    reject(faults.unreachable(at, why, cause));
    socket.destroy();
  };
  const onAbort = (): void => {
    reject(faults.cancelled(at));
    socket.destroy();
  };
  socket.once('connect', () => resolve(socket));
  socket.on('error', (cause) => fail(whyNot(cause), cause));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return promise.finally(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', onAbort);
  });
}

/**
 * A connection to the target through an open connection to its jump host. The jump host may try for minutes, or die
 * meanwhile: the target's own time limit ends that, and the caller then lets go of the jump host.
 */
export function dialThrough(hop: Client, at: SshTarget, via: SshTarget, signal: AbortSignal): Promise<Duplex> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
  const refuse = (cause: unknown): void =>
    reject(faults.unreachable(at, t(`${via.name} cannot reach it`, `${via.name} ne peut pas l’atteindre`), cause));
  const onAbort = (): void => reject(faults.cancelled(at));
  const late = setTimeout(
    () =>
      reject(
        faults.unreachable(at, t(`${via.name} did not reach it in time`, `${via.name} ne l’a pas atteint à temps`)),
      ),
    at.connectTimeoutMs,
  );
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    hop.forwardOut('127.0.0.1', 0, at.address, at.port, (cause, stream) => (cause ? refuse(cause) : resolve(stream)));
  } catch (cause) {
    refuse(cause);
  }
  return promise.finally(() => {
    clearTimeout(late);
    signal.removeEventListener('abort', onAbort);
  });
}

const reasons: Readonly<Record<string, Text>> = {
  ECONNREFUSED: t('nothing listens on that port', 'rien n’écoute sur ce port'),
  ENOTFOUND: t('no such name', 'ce nom n’existe pas'),
  EAI_AGAIN: t('its name cannot be resolved', 'son nom ne peut pas être résolu'),
  EHOSTUNREACH: t('there is no way to it', 'aucun chemin n’y mène'),
  ENETUNREACH: t('there is no way to its network', 'aucun chemin ne mène à son réseau'),
  ETIMEDOUT: t('it did not answer in time', 'il n’a pas répondu à temps'),
};

const whyNot = (cause: Error & { readonly code?: string }): Text =>
  reasons[cause.code ?? ''] ?? t('the connection was cut', 'la connexion a été coupée');
