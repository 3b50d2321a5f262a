import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { signal } from '../sshd.ts';
import type { Network } from './network.ts';
import { program } from './programs.ts';
import type { RootFs } from './rootfs.ts';
import { groups, removeGroup } from './sweep.ts';

/** A real Debian host: systemd, apt, sshd, on an overlay that is thrown away. */
export interface Machine {
  readonly address: string;
  /** Runs a shell script as its root, not over SSH; gives what it printed. */
  run(script: string): Promise<string>;
  stop(): Promise<void>;
}

/** What a host is started with. */
export interface MachineOptions {
  readonly rootFs: RootFs;
  readonly network: Network;
  /** Where its overlay lies; gone when it stops. */
  readonly folder: string;
  readonly name: string;
}

/** Starts a host and waits until its sshd answers. */
export async function startMachine({ rootFs, network, folder, name }: MachineOptions): Promise<Machine> {
  const { address, prefix } = network.next();
  const upper = join(folder, 'upper');
  for (const path of [upper, join(folder, 'work'), join(folder, 'root'), join(upper, 'etc/systemd/network')]) {
    await mkdir(path, { recursive: true });
  }
  await writeFile(join(upper, 'etc/systemd/network/10-host0.network'), networkFile(address, prefix));
  // The twins have the same name: what they write about themselves must be equal.
  await writeFile(join(upper, 'etc/hostname'), 'judged\n');
  await writeFile(join(upper, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1 judged\n');
  const child = boot({ rootFs, network, folder, name });
  const said: string[] = [];
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  await answers(address, child, () => said.join(''));
  const init = initOf(child.pid ?? 0);
  return {
    address,
    run: (script) => program('nsenter', ['-t', `${init}`, '-m', '-u', '-i', '-n', '-p', 'sh', '-c', script]),
    async stop() {
      const exited = once(child, 'exit');
      signal(init, 'SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
      await removeOwnGroup(name);
    },
  };
}

const networkFile = (address: string, prefix: number): string =>
  `[Match]\nName=host0\n[Network]\nAddress=${address}/${prefix}\nLinkLocalAddressing=no\nIPv6AcceptRA=no\n`;

/**
 * The overlay is mounted in a mount namespace that ends with the host, the host ends with us, and each has a control
 * group of its own, so that no systemd sees the processes of another.
 */
function boot({ rootFs, network, folder, name }: MachineOptions): ChildProcess {
  const script = `
    [ -d /run/systemd/system ] || for groups in /sys/fs/cgroup/systemd /sys/fs/cgroup; do
      mkdir "$groups/$1" 2>/dev/null && echo $$ >"$groups/$1/cgroup.procs" && break
    done
    [ -d /run/systemd/system ] || set -- "$@" --keep-unit
    mount -t overlay overlay -o "lowerdir=$2,upperdir=$3/upper,workdir=$3/work" "$3/root" || exit 1
    name=$1 folder=$3 bridge=$4
    shift 4
    exec systemd-nspawn -q -b -D "$folder/root" --machine="$name" --network-bridge="$bridge" --register=no \\
      --resolv-conf=off --link-journal=no --timezone=off --console=pipe "$@"`;
  const args = ['--mount', '--propagation', 'private', 'setpriv', '--pdeathsig', 'KILL', 'sh', '-c', script, 'boot'];
  return spawn('unshare', [...args, name, rootFs.root, folder, network.bridge], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** Its control group goes when the last process of the host has. */
async function removeOwnGroup(name: string): Promise<void> {
  const own = groups.map((folder) => join(folder, name)).filter((group) => existsSync(group));
  for (let tries = 0; tries < 20; tries += 1) {
    const left = await Promise.all(
      own.map((group) =>
        removeGroup(group).then(
          () => false,
          () => true,
        ),
      ),
    );
    if (!left.includes(true)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The first process of the host: the child of systemd-nspawn. */
function initOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(child);
}

async function answers(address: string, child: ChildProcess, said: () => string): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the host ended at once: ${said()}`);
    if (await isOpen(address)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  signal(child.pid ?? 0, 'SIGKILL');
  throw new Error(`the host does not answer: ${said()}`);
}

const isOpen = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host: address, port: 22 });
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', () => {
      resolve(true); // it greets: it is up
      socket.destroy();
    });
    socket.once('error', () => undefined).once('close', () => resolve(false));
  });
