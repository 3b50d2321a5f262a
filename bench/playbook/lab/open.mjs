// Hosts to play on: real OpenSSH servers of Debian on loopback ports, with keys of their own, in a temporary folder.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { countedMs } from '../cost/account.mjs';
import { inventoryOf } from './inventory.mjs';
import { startKeeper } from './keeper-process.mjs';
import { makeKey, publicOf } from './keys.mjs';
import { freePorts } from './ports.mjs';

async function hostsIn(folder, count, roundTripMs) {
  const ports = await freePorts(roundTripMs > 0 ? count * 2 : count);
  return Array.from({ length: count }, (_, index) => {
    const name = `h${String(index + 1).padStart(2, '0')}`;
    const home = join(folder, 'hosts', name);
    mkdirSync(home, { recursive: true });
    // Behind the delay a host is reached by another port than the one it listens on.
    const port = ports[roundTripMs > 0 ? count + index : index];
    return { name, home, root: join(home, 'srv', 'shop'), listenPort: ports[index], port };
  });
}

/** Starts `count` hosts, each a round trip of `roundTripMs` away. */
export async function openLab(count, roundTripMs) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-lab-'));
  for (const name of ['host', 'user']) makeKey(join(folder, name));
  const hosts = await hostsIn(folder, count, roundTripMs);
  const hostKey = publicOf(join(folder, 'host'));
  writeFileSync(join(folder, 'known_hosts'), hosts.map(({ port }) => `[127.0.0.1]:${port} ${hostKey}\n`).join(''));
  const keeper = await startKeeper(join(import.meta.dirname, 'keeper.mjs'), [
    JSON.stringify({ folder, hosts, roundTripMs }),
  ]);
  const { group } = keeper.said;
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
    close: keeper.close,
  };
}

/** Hosts as they were before the playbook was ever played. */
export function wipe(hosts) {
  for (const { home } of hosts) rmSync(join(home, 'srv'), { recursive: true, force: true });
}
