// Many hosts at little cost: SSH servers inside one process, each on a loopback address of its own.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKeeper } from '../lab/keeper-process.mjs';
import { makeKey, publicOf } from '../lab/keys.mjs';

const perBlock = 250;

/** 127.77.0.1, 127.77.0.2, … 127.77.1.1, …: Linux answers on all of 127.0.0.0/8. */
const addressOf = (index) => `127.77.${Math.floor(index / perBlock)}.${(index % perBlock) + 1}`;

const hostOf = (folder, index) => {
  const name = `f${String(index + 1).padStart(4, '0')}`;
  const home = join(folder, 'hosts', name);
  mkdirSync(home, { recursive: true });
  return { name, home, address: addressOf(index) };
};

const inventoryOf = (folder, hosts, port) =>
  [
    ...hosts.map(({ name, address, home }) => `${name} ansible_host=${address} root=${home}/app`),
    '[all:vars]',
    `ansible_port=${port}`,
    'ansible_user=bench',
    `ansible_ssh_private_key_file=${folder}/user`,
    `ansible_ssh_common_args=-o UserKnownHostsFile=${folder}/known_hosts -o IdentitiesOnly=yes`,
    '',
  ].join('\n');

/** Starts `count` servers; resolves with the hosts and the inventory that names them. */
export async function openFleet(count) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-fleet-'));
  for (const name of ['host', 'user']) makeKey(join(folder, name));
  const hosts = Array.from({ length: count }, (_, index) => hostOf(folder, index));
  const list = join(folder, 'hosts.json');
  writeFileSync(list, JSON.stringify({ folder, hosts }));
  const keeper = await startKeeper(join(import.meta.dirname, 'keeper.mjs'), [list]);
  const { port } = keeper.said;
  const hostKey = publicOf(join(folder, 'host'));
  writeFileSync(join(folder, 'known_hosts'), hosts.map(({ address }) => `[${address}]:${port} ${hostKey}\n`).join(''));
  const inventory = join(folder, 'inventory');
  writeFileSync(inventory, inventoryOf(folder, hosts, port));
  return {
    folder,
    hosts,
    inventory,
    close: keeper.close,
  };
}
