import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeWhole } from './files.ts';
import { publicKey } from './keys.ts';
import { type FleetHost, fleet, type Layout, loginUser, shopSource } from './layout.ts';
import type { Ports } from './ports.ts';

/** Writes the inventory of the fleet and the known_hosts that vouches for it. */
export async function writeInventory(layout: Layout, ports: Ports): Promise<void> {
  const inGroup = (group: FleetHost['group']) => ({
    hosts: Object.fromEntries(
      fleet.filter((host) => host.group === group).map((host) => [host.name, hostVars(layout, host, ports)]),
    ),
  });
  const inventory = {
    all: {
      vars: { ansible_host: '127.0.0.1', ansible_user: loginUser },
      children: { production: { children: { web: inGroup('web'), db: inGroup('db') } } },
    },
  };
  const known = await Promise.all(
    fleet.map(async ({ name }) => `[127.0.0.1]:${ports[name]?.ssh} ${await publicKey(layout.hostKey(name))}\n`),
  );
  await writeWhole(layout.knownHosts, known.join(''));
  await writeWhole(layout.inventory, `# Written by the harbour at every start.\n${stringify(inventory)}`);
}

function hostVars(layout: Layout, host: FleetHost, ports: Ports): Record<string, string | number> {
  const { ssh, service } = ports[host.name] ?? { ssh: 0, service: 0 };
  const home = layout.host(host.name);
  if (host.group === 'db') return { ansible_port: ssh, db_port: service };
  return {
    ansible_port: ssh,
    shop_root: join(home, 'srv', 'shop'),
    shop_log: join(home, 'var', 'log', 'shop.log'),
    shop_port: service,
    shop_url: `http://127.0.0.1:${service}`,
    shop_source: shopSource,
  };
}
