import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RootFs } from '../../support/nspawn/rootfs.ts';

/** The names of every case's hosts: all of them one machine, so that plays over several cost no more. */
export const hostNames = ['a', 'b', 'c'] as const;

/** Writes the inventory of one machine; the same text for both sides but for the address. */
export async function writeInventory(folder: string, address: string, rootFs: RootFs): Promise<string> {
  const path = join(folder, 'inventory.ini');
  const knownHosts = join(folder, 'known_hosts');
  const lines = [
    '[web]',
    'a color=red',
    'b color=green',
    '[db]',
    'c color=blue',
    '[site:children]',
    'web',
    'db',
    '[site:vars]',
    'shape=round',
    '[all:vars]',
    `ansible_host=${address}`,
    'ansible_user=root',
    `ansible_ssh_private_key_file=${rootFs.key}`,
    'ansible_python_interpreter=/usr/bin/python3',
    '',
  ];
  await writeFile(path, lines.join('\n'));
  await writeFile(knownHosts, `${address} ${rootFs.hostKey}\n`);
  return path;
}
