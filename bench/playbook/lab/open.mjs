// Hosts to play on: real OpenSSH servers of Debian on loopback ports, with keys of their own, in a temporary folder.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { countedMs } from '../cost/account.mjs';
import { inventoryOf } from './inventory.mjs';
import { freePorts } from './ports.mjs';

const makeKey = (path) => execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'bench', '-f', path]);

async function hostsIn(folder, count, roundTripMs) {
  const ports = await freePorts(roundTripMs > 0 ? count * 2 : count);
  return Array.from({ length: count }, (_, index) => {
    const name = `h${String(index + 1).padStart(2, '0')}`;
    const home = join(folder, 'hosts', name);
    mkdirSync(home, { recursive: true });
    // Behind the delay a host is reached by another port than the one it listens on.
    return { name, home, root: join(home, 'srv', 'shop'), listenPort: ports[index], port: ports.at(-1 - index) };
  }).map((host) => (roundTripMs > 0 ? host : { ...host, port: host.listenPort }));
}

/** Starts `count` hosts, each a round trip of `roundTripMs` away. */
export async function openLab(count, roundTripMs) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lab-'));
  for (const name of ['host', 'user']) makeKey(join(folder, name));
  const hosts = await hostsIn(folder, count, roundTripMs);
  const hostKey = readFileSync(join(folder, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(join(folder, 'known_hosts'), hosts.map(({ port }) => `[127.0.0.1]:${port} ${hostKey}\n`).join(''));
  const keeper = fork(join(import.meta.dirname, 'keeper.mjs'), [JSON.stringify({ folder, hosts, roundTripMs })]);
  const ended = once(keeper, 'exit');
  const [{ fault, group }] = await once(keeper, 'message');
  if (fault) throw new Error(fault);
  return {
    folder,
    user: userInfo().username,
    key: join(folder, 'user'),
    knownHosts: join(folder, 'known_hosts'),
    /** Processor time of all hosts so far, in ms; NaN when it cannot be told. */
    hostsMs: () => (group === undefined ? Number.NaN : countedMs(group)),
    /** The first `some` of the hosts, and the file that names them to Ansible and to us. */
    part(some) {
      const part = hosts.slice(0, some);
      const inventory = join(folder, `inventory-${some}`);
      writeFileSync(inventory, inventoryOf(this, part));
      return { ...this, hosts: part, inventory };
    },
    async close() {
      keeper.disconnect();
      await ended;
    },
  };
}

/** Hosts as they were before the playbook was ever played. */
export function wipe(hosts) {
  for (const { home } of hosts) rmSync(join(home, 'srv'), { recursive: true, force: true });
}
