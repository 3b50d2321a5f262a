import { Fault } from '#core/errors.ts';
import type { Connection, Shell, Ssh, SshTarget } from '#core/ssh.ts';
import { t } from '#core/text.ts';
import { createGate } from './gate.ts';

/** A host's connection, held while somebody uses it. */
export interface Line {
  readonly connection: Connection;
  /** The login user's shell, or another user's. */
  shell(user?: string): Promise<Shell>;
  /** Gives it back; it stays open for the next. */
  release(): void;
}

/**
 * Open connections, one per host. Scripts of one shell wait for each other; what a run does for an hour must not hold up
 * what a plan or a question wants to read, so reading has a lane, that is a shell, of its own.
 */
export interface Connections {
  line(target: SshTarget, lane: 'read' | 'run', signal: AbortSignal): Promise<Line>;
  close(): Promise<void>;
}

interface Entry {
  readonly opening: Promise<Connection>;
  readonly shells: Map<string, Promise<Shell>>;
  users: number;
  /** Its host's key is no longer known: who uses it ends what is under way, and nobody takes it up again. */
  dropped?: boolean;
  idle?: NodeJS.Timeout;
}

interface Taken {
  readonly entry: Entry;
  readonly connection: Connection;
}

const shut = (entry: Entry): void => void entry.opening.then((connection) => connection.close()).catch(() => undefined);

/** Connections opened when first wanted, at most `handshakes` at once, closed after `idleMs` without use. */
export function createConnections(options: { ssh: Ssh; handshakes: number; idleMs: number }): Connections {
  const entries = new Map<string, Entry>();
  const gate = createGate(options.handshakes);
  const closing = new AbortController();

  const forget = (key: string, entry: Entry): void => {
    if (entries.get(key) === entry) entries.delete(key);
    clearTimeout(entry.idle);
  };

  const open = (key: string, target: SshTarget): Entry => {
    // Not the caller's signal: another may be waiting for the same connection.
    const opening = gate.pass(() => options.ssh.connect(target, closing.signal));
    const entry: Entry = { opening, shells: new Map(), users: 0 };
    entries.set(key, entry);
    opening.then(
      (connection) => connection.lost.addEventListener('abort', () => forget(key, entry), { once: true }),
      () => forget(key, entry),
    );
    return entry;
  };

  const rest = (key: string, entry: Entry): void => {
    entry.users -= 1;
    if (entry.users > 0) return;
    if (entry.dropped) shut(entry);
    if (entries.get(key) !== entry) return;
    entry.idle = setTimeout(() => {
      forget(key, entry);
      shut(entry);
    }, options.idleMs);
    entry.idle.unref();
  };

  /** The host's connection; one that was open already is used on only while its host's key is known. */
  const take = async (key: string, target: SshTarget, signal: AbortSignal): Promise<Taken> => {
    const known = entries.get(key);
    const entry = known ?? open(key, target);
    entry.users += 1;
    clearTimeout(entry.idle);
    try {
      const connection = await orAborted(entry.opening, signal);
      if (!known || (await connection.stillKnown())) return { entry, connection };
    } catch (thrown) {
      rest(key, entry);
      throw thrown;
    }
    forget(key, entry);
    entry.dropped = true;
    rest(key, entry);
    return take(key, target, signal);
  };

  return {
    async line(target, lane, signal) {
      const key = JSON.stringify(target);
      const { entry, connection } = await take(key, target, signal);
      return {
        connection,
        shell: (user) => shellOf(entry, connection, lane, user),
        release: once(() => rest(key, entry)),
      };
    },
    async close() {
      closing.abort();
      const open = [...entries.entries()];
      for (const [key, entry] of open) forget(key, entry);
      await Promise.allSettled(open.map(async ([, entry]) => (await entry.opening).close()));
    },
  };
}

/** One shell per lane and user of the connection; one that could not be opened is not kept. */
function shellOf(entry: Entry, connection: Connection, lane: string, user: string | undefined): Promise<Shell> {
  const name = `${lane} ${user ?? ''}`;
  const known = entry.shells.get(name);
  if (known) return known;
  const opening = connection.shell(user === undefined ? undefined : { user });
  entry.shells.set(name, opening);
  opening.catch(() => entry.shells.delete(name));
  return opening;
}

const once = (work: () => void): (() => void) => {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
};

const givenUp = (): Fault =>
  new Fault({
    code: 'ssh.cancelled',
    say: t(
      'The work was cancelled before the host was reached.',
      'Le travail a été annulé avant que l’hôte soit joint.',
    ),
  });

/** The promise, or a fault when the signal comes first. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(givenUp());
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(givenUp());
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
