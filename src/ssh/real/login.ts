import type { Duplex } from 'node:stream';
import ssh2, { type AnyAuthMethod, type Client } from 'ssh2';
import type { Fault, Refusal } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import type { SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import * as faults from '../faults.ts';
import { algorithmsFor } from './algorithms.ts';
import { loadHostKeyCheck, watchHostKey } from './host-key.ts';
import { loadKeys, type UserKey } from './keys.ts';

export interface LoginOptions {
  readonly log: Log;
  readonly agentSocket: string | undefined;
  readonly keepaliveMs: number;
}

/** A client that is logged in. */
export interface Login {
  readonly client: Client;
  /** False when the key that the host showed is no longer known. */
  stillKnown(): Promise<boolean>;
}

/** Logs in over an open socket: the host's key is checked before anything of ours is sent. */
export async function login(at: SshTarget, socket: Duplex, options: LoginOptions, signal: AbortSignal): Promise<Login> {
  const agent = at.agent ? options.agentSocket : undefined;
  const watched = await watchHostKey(at, options.log);
  const [check, { keys, leftOut }] = await Promise.all([
    loadHostKeyCheck(at, options.log),
    loadKeys(at, agent !== undefined, options.log),
  ]);
  const offers = authOffers(at, keys, agent);
  const client = new ssh2.Client();
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  let refusedKey: Fault | undefined;
  let shown = Buffer.alloc(0);

  const fail = (fault: Fault): void => {
    reject(fault);
    socket.destroy();
  };
  const onError = (problem: Error & { readonly level?: string }): void => {
    // The agent or one key failed: the next way in is tried, and its end is the verdict.
    const another = problem.level === 'agent' || (problem.level === 'client-authentication' && !offers.exhausted());
    if (another) options.log.warn({ host: at.name, cause: problem }, 'one way to log in did not work');
    else fail(refusedKey ?? loginFault(at, problem, offers.tried(), leftOut));
  };
  const onAbort = (): void => fail(faults.cancelled(at));
  const timer = setTimeout(
    () => fail(faults.unreachable(at, t('it did not answer in time', 'il n’a pas répondu à temps'))),
    at.connectTimeoutMs,
  );
  signal.addEventListener('abort', onAbort, { once: true });
  client.on('error', onError);
  client.on('close', () =>
    fail(refusedKey ?? faults.unreachable(at, t('it closed the connection', 'il a fermé la connexion'))),
  );
  client.on('ready', () => resolve(client));
  client.connect({
    sock: socket,
    username: at.user,
    ident: 'Quarterdeck',
    readyTimeout: 0,
    keepaliveInterval: options.keepaliveMs,
    // Our own watch decides when a peer is dead; ssh2's would not count a busy line as alive.
    keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    algorithms: algorithmsFor(check.types),
    hostVerifier: (key: Buffer) => {
      shown = Buffer.from(key);
      refusedKey = check.refuse(key);
      return refusedKey === undefined;
    },
    authHandler: offers.next,
  });
  try {
    const client = await promise;
    return { client, stillKnown: () => watched(shown) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Offers each key, then the agent, and nothing else: no `none` probe, no password. */
function authOffers(at: SshTarget, keys: readonly UserKey[], agent: string | undefined) {
  const left: { readonly name: string; readonly offer: AnyAuthMethod }[] = keys.map(({ path, content }) => ({
    name: path,
    offer: { type: 'publickey', username: at.user, key: content },
  }));
  if (agent !== undefined) left.push({ name: 'agent', offer: { type: 'agent', username: at.user, agent } });
  const tried: string[] = [];
  let exhausted = false;
  return {
    tried: () => tried,
    exhausted: () => exhausted,
    // ssh2 asks with null at first and takes false for the end; its types say neither.
    next: (methods: readonly string[] | null, _partial: boolean, offer: (next: AnyAuthMethod) => void): void => {
      const one = methods && !methods.includes('publickey') ? undefined : left.shift();
      if (one) tried.push(one.name);
      else exhausted = true;
      offer(one ? one.offer : (false as unknown as AnyAuthMethod));
    },
  };
}

/** Why a login ended, by ssh2's level of the error, never by its text. */
function loginFault(
  at: SshTarget,
  problem: Error & { readonly level?: string },
  tried: readonly string[],
  leftOut: readonly Refusal[],
): Fault {
  if (problem.level === 'client-authentication') return faults.notLetIn(at, tried, leftOut, problem);
  const why =
    problem.level === 'handshake'
      ? t('we have no common SSH algorithms', 'nous n’avons aucun algorithme SSH commun')
      : problem.level === 'client-socket'
        ? t('the connection was cut', 'la connexion a été coupée')
        : t('it does not speak SSH as expected', 'il ne parle pas SSH comme attendu');
  return faults.unreachable(at, why, problem);
}
