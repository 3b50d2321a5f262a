import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import ssh2, { type AuthContext, type Connection, type ParsedKey } from 'ssh2';
import { loginUser } from './layout.ts';
import { runCommand } from './session.ts';
import { serveSftp } from './sftp.ts';

/** One host of the fleet, as its SSH server needs it. */
export interface ServedHost {
  readonly home: string;
  readonly port: number;
  readonly hostKey: string;
  /** The one key that may log in: its public half. */
  readonly userKey: string;
  /** What every command of this host finds in its environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** What every process of this host is known by. */
  readonly mark: string;
}

/** Serves one host on loopback until it is stopped. */
export async function serveHost(host: ServedHost): Promise<{ stop(): void }> {
  const allowed = ssh2.utils.parseKey(await readFile(host.userKey));
  if (allowed instanceof Error) throw allowed;
  const log = logOf(host);
  const server = new ssh2.Server(
    { hostKeys: [await readFile(host.hostKey)], ident: 'Harbour' },
    (client, { ip, port }) => {
      client.on('error', () => client.end());
      client.on('authentication', (context) => {
        const verdict = authenticate(context, allowed);
        if (verdict !== undefined) log(`${verdict} publickey for ${loginUser} from ${ip} port ${port}`);
      });
      client.on('ready', () => serveClient(client, host));
    },
  );
  const sockets = new Set<net.Socket>();
  // ssh2's own listener would leave Nagle's delay on.
  const listener = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    server.injectSocket(socket);
  });
  listener.listen(host.port, '127.0.0.1');
  await once(listener, 'listening');
  log(`Server listening on 127.0.0.1 port ${host.port}`);
  return {
    stop: () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The host's own log of logins, as a server has one. It is of use when it can be written, and never in the way. */
function logOf({ home }: ServedHost): (line: string) => void {
  const file = join(home, 'var', 'log', 'sshd.log');
  let last: Promise<unknown> = Promise.resolve();
  return (line) => {
    last = last.then(() => appendFile(file, `${new Date().toISOString()} sshd: ${line}\n`)).catch(() => undefined);
  };
}

/** Lets in the harbour's own key, for the one user, and nothing else; says what it decided on a key that was used. */
function authenticate(context: AuthContext, allowed: ParsedKey): 'Accepted' | 'Failed' | undefined {
  if (context.method !== 'publickey' || context.username !== loginUser) {
    context.reject(['publickey']);
    return undefined;
  }
  const wanted = allowed.getPublicSSH();
  const same = context.key.data.length === wanted.length && timingSafeEqual(context.key.data, wanted);
  const signed =
    !context.signature || (context.blob && allowed.verify(context.blob, context.signature, context.hashAlgo) === true);
  if (same && signed) context.accept();
  else context.reject(['publickey']);
  if (context.signature === undefined) return undefined;
  return same && signed ? 'Accepted' : 'Failed';
}

function serveClient(client: Connection, host: ServedHost): void {
  client.on('session', (accept) => {
    const session = accept();
    session.on('exec', (take, _refuse, { command }) => runCommand(take(), command, host));
    session.on('shell', (take) => runCommand(take(), 'exec sh', host));
    session.on('sftp', (take) => serveSftp(take(), host.home));
    session.on('env', (_take, refuse) => refuse?.());
    session.on('pty', (_take, refuse) => refuse?.());
  });
}
