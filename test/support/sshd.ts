import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { SshTarget } from '#core/ssh.ts';

/** Where Debian puts it. */
const program = '/usr/sbin/sshd';

/** True when real OpenSSH servers can be started here. */
export const hasSshd = existsSync(program);

/** A real OpenSSH server on a loopback port, with keys of its own. */
export interface Sshd {
  readonly folder: string;
  readonly port: number;
  readonly home: string;
  target(change?: Partial<SshTarget>): SshTarget;
  /** Hears what sshd writes to its log. */
  onLog(listener: (line: string) => void): void;
  /** Processes of sshd that serve one connection each. */
  sessions(): number[];
  /** Stops every process of it, as when the host hangs: connections stay open, new ones are taken by the kernel, and nobody answers. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Further lines of sshd_config. */
  readonly lines?: readonly string[];
  readonly hostKeys?: readonly ('ed25519' | 'ecdsa' | 'rsa')[];
  readonly subsystem?: boolean;
  /** The login shell's stand-in, by ForceCommand. */
  readonly loginShell?: string;
  /** Sets no environment of its own. */
  readonly plainEnvironment?: boolean;
}

/** Makes a key pair; returns the private key's path. */
export function makeKey(folder: string, name: string, type = 'ed25519', passphrase = ''): string {
  const path = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', 'test', '-f', path]);
  return path;
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

/** Starts sshd and waits until it listens. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'ssh-sshd-'));
  await chmod(folder, 0o755);
  const home = join(folder, 'home');
  await mkdir(home);
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true });
  const port = await freePort();
  const hostKeys = (options.hostKeys ?? ['ed25519', 'rsa']).map((type) => makeKey(folder, `host_${type}`, type));
  const userKey = makeKey(folder, 'user');
  await writeFile(join(folder, 'authorized_keys'), await readFile(`${userKey}.pub`));
  const known = hostKeys.map((key) => `[127.0.0.1]:${port} ${readFileSync(`${key}.pub`, 'utf8')}`).join('');
  await writeFile(join(folder, 'known_hosts'), known);
  await writeFile(join(folder, 'config'), configOf(folder, port, home, hostKeys, options));
  const child = spawn(program, ['-D', '-e', '-f', join(folder, 'config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  child.stderr.on('data', (chunk) => log.push(String(chunk)));
  await listening(port, () => log.join(''));
  const all = (name: NodeJS.Signals): void => {
    for (const pid of [child.pid ?? 0, ...descendants(child.pid ?? 0)]) signal(pid, name);
  };
  return {
    folder,
    port,
    home,
    target: (change = {}) => ({
      name: 'web-1',
      address: '127.0.0.1',
      port,
      user: userInfo().username,
      identityFiles: [userKey],
      agent: false,
      via: [],
      knownHosts: [join(folder, 'known_hosts')],
      connectTimeoutMs: 10_000,
      ...change,
    }),
    onLog: (listener) => void child.stderr.on('data', (chunk) => listener(String(chunk))),
    sessions: () => descendants(child.pid ?? 0),
    freeze: () => all('SIGSTOP'),
    thaw: () => all('SIGCONT'),
    stop: async () => {
      const exited = once(child, 'exit');
      for (const pid of descendants(child.pid ?? 0)) signal(pid, 'SIGKILL');
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configOf(folder: string, port: number, home: string, keys: readonly string[], options: SshdOptions): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    ...keys.map((key) => `HostKey ${key}`),
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    'PidFile none',
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'MaxStartups 100',
    ...(options.subsystem === false ? [] : ['Subsystem sftp internal-sftp']),
    ...(options.loginShell ? [`ForceCommand ${options.loginShell} -c "$SSH_ORIGINAL_COMMAND"`] : []),
    ...(options.plainEnvironment ? [] : [`SetEnv HOME=${home}`]),
    ...(options.lines ?? []),
    '',
  ].join('\n');
}

async function listening(port: number, log: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd does not listen: ${log()}`);
}

/** The sshd processes below a process, found by their parent: no one else's. */
export function descendants(pid: number): number[] {
  const children = readdirSync('/proc').filter((name) => {
    const [, command, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(statOf(name)) ?? [];
    return Number(parent) === pid && command?.startsWith('sshd');
  });
  return children.flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

const statOf = (name: string): string => {
  try {
    return /^\d+$/.test(name) ? readFileSync(`/proc/${name}/stat`, 'latin1') : '';
  } catch {
    return ''; // gone meanwhile
  }
};

/** Signals a process that may be gone. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
