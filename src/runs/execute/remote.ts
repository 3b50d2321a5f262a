import { refusalOf } from '#core/errors.ts';
import type { ShellOptions, ShellResult, SshTarget } from '#core/ssh.ts';
import type { Connections, Line } from './connections.ts';

/** Scripts and transfers on one host, over whatever connection it has at the moment. */
export interface Remote {
  /** Who it is there without becoming anybody else. */
  readonly login: string;
  /** A script that only reads: sent again on a new connection when the first one broke. */
  read(script: string, options: RemoteOptions): Promise<ShellResult>;
  /** A script that changes something: sent once; when the connection breaks after that, nobody knows. */
  change(script: string, options: RemoteOptions): Promise<ShellResult>;
  /** Work on the connection itself that may be done again. */
  use<T>(work: (line: Line) => Promise<T>): Promise<T>;
}

export type RemoteOptions = ShellOptions & { readonly user?: string | undefined };

const broke = (thrown: unknown): boolean => refusalOf(thrown)?.code === 'ssh.lost';

/** The shell says when it is certain that nothing of the script had begun. */
const notBegun = (thrown: unknown): boolean => refusalOf(thrown)?.details?.began === false;

/** The host behind a target. */
export function createRemote(
  connections: Connections,
  target: SshTarget,
  lane: 'read' | 'run',
  signal: AbortSignal,
): Remote {
  const once = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
    const line = await connections.line(target, lane, signal);
    try {
      return await work(line);
    } finally {
      line.release();
    }
  };

  const use = async <T>(work: (line: Line) => Promise<T>): Promise<T> => {
    try {
      return await once(work);
    } catch (thrown) {
      if (!broke(thrown) || signal.aborted) throw thrown;
      return await once(work);
    }
  };

  return {
    login: target.user,
    use,
    read: (script, { user, ...options }) => use(async (line) => (await line.shell(user)).run(script, options)),
    async change(script, { user, ...options }) {
      let sent = false;
      const send = async (line: Line): Promise<ShellResult> => {
        const shell = await line.shell(user);
        sent = true;
        return shell.run(script, options);
      };
      try {
        return await once(send);
      } catch (thrown) {
        if ((sent && !notBegun(thrown)) || !broke(thrown) || signal.aborted) throw thrown;
        return await once(send);
      }
    },
  };
}
