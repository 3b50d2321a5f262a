import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';

/** The hosts of the demo fleet and their group; all of them are in `production` too. */
export const fleet = [
  { name: 'web-1', group: 'web' },
  { name: 'web-2', group: 'web' },
  { name: 'db-1', group: 'db' },
] as const;

/** Its hosts and its groups. */
export const fleetNames: readonly string[] = [
  ...new Set(fleet.flatMap(({ name, group }) => [name, group])),
  'production',
];

export type FleetHost = (typeof fleet)[number];

/** The program's own folder, where the examples and the playbooks are. */
const program = resolve(import.meta.dirname, '..', '..');

/** Where the demo shop's versions are. */
export const shopSource = join(program, 'examples', 'shop');

/** The playbooks that go with the demo. */
export const demoPlaybooks = join(program, 'playbooks');

/** The user every host lets in, with the harbour's key alone. */
export const loginUser = 'deploy';

/** Everything the harbour keeps, by path. */
export interface Layout {
  readonly folder: string;
  readonly keys: string;
  readonly userKey: string;
  readonly inventory: string;
  readonly knownHosts: string;
  readonly ports: string;
  /** Carried by every process of the fleet, so that none is forgotten. */
  readonly mark: string;
  host(name: string): string;
  hostKey(name: string): string;
}

/** The harbour's paths in a folder. */
export function layoutIn(folder: string): Layout {
  const root = resolve(folder);
  const keys = join(root, 'keys');
  return {
    folder: root,
    keys,
    userKey: join(keys, 'user_ed25519'),
    inventory: join(root, 'inventory.yml'),
    knownHosts: join(root, 'known_hosts'),
    ports: join(root, 'ports.json'),
    mark: createHash('sha256').update(root).digest('hex').slice(0, 32),
    host: (name) => join(root, name),
    hostKey: (name) => join(keys, `${name}_ed25519`),
  };
}
