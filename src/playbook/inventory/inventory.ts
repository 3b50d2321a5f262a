import { Fault, ok, type Result } from '#core/errors.ts';
import type { Fleet, Host } from '#core/hosts.ts';
import { t } from '#core/text.ts';
import type { Written } from '../tree.ts';
import { connectionOf, type HostConnection, plainText } from './connection.ts';
import { descendants, type Graph } from './graph.ts';
import { type FolderVariables, layersOf, rankedGroups, type VariableLayer } from './layers.ts';
import { matchNames, type Names } from './pattern.ts';

export type { HostConnection } from './connection.ts';

/** Hosts and groups with their variables. Pure: everything was read before. */
export interface Inventory extends Fleet {
  /** A host by its name. */
  host(name: string): Host | undefined;
  /** Names of the hosts of a group and of the groups below it, in inventory order; `all` and `ungrouped` too. */
  hostsOf(group: string): readonly string[];
  /** All groups with their hosts, `all` and `ungrouped` too: Ansible's `groups`. */
  groupHosts(): Readonly<Record<string, readonly string[]>>;
  /** Names of the groups right below a group. */
  childrenOf(group: string): readonly string[];
  /** Names of the hosts right in a group. */
  hostsIn(group: string): readonly string[];
  /** `lenient`: words that name nothing are passed over, as Ansible does in `hosts:` of a play. */
  match(pattern: string, options?: { readonly lenient?: boolean }): Result<readonly Host[]>;
  /** A host's variables, weakest first. Strings may hold templates: they are the author's. */
  variables(host: string): readonly VariableLayer[];
  /** How the inventory says to reach the host. Refused with `inventory.connection` when it asks for what is not supported. */
  connection(host: string): Result<HostConnection>;
  /** The folder of the first source: `inventory_dir`. */
  readonly folder: string;
  /** Every file read, with its SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** A program printed it: it may be another one each time, with the same files. */
  readonly isPrinted: boolean;
  /** What it is made of. */
  readonly parts: InventoryParts;
}

/** What an inventory is made of. */
export interface InventoryParts {
  readonly graph: Graph;
  readonly folders: readonly FolderVariables[];
  readonly folder: string;
  readonly files: Readonly<Record<string, string>>;
  readonly isPrinted: boolean;
  /** The order of hosts, where it is another one than that of the files; others come last. */
  readonly order?: readonly string[];
}

const hostsBelow = (graph: Graph, group: string): readonly string[] => [
  ...new Set(descendants(graph, group).flatMap((name) => [...(graph.groups.get(name)?.hosts ?? [])])),
];

/** Puts names in that order; those it does not name come last, in their own. */
const orderBy = (names: readonly string[]): ((hosts: readonly string[]) => readonly string[]) => {
  const places = new Map(names.map((name, place) => [name, place]));
  const placeOf = (host: string): number => places.get(host) ?? places.size;
  return (hosts) => [...hosts].sort((a, b) => placeOf(a) - placeOf(b));
};

const merged = (layers: readonly VariableLayer[]): ReadonlyMap<string, Written> =>
  new Map(layers.flatMap((layer) => Object.entries(layer.values)));

const ownNames = ['localhost', '127.0.0.1', '::1'];
const ownLayer: VariableLayer = {
  source: 'localhost',
  values: { ansible_connection: { value: 'local', at: { file: 'localhost', line: 1, column: 1 } } },
};

const unknownHost = (name: string): Fault =>
  new Fault({
    code: 'inventory.unknown_host',
    say: t(`The inventory has no host “${name}”.`, `L’inventaire n’a pas d’hôte « ${name} ».`),
  });

const toHost = (parts: InventoryParts, name: string): Host => {
  const variables = merged(layersOf(parts.graph, parts.folders, name));
  const groups = rankedGroups(parts.graph, name).map((group) => group.name);
  const address = plainText(variables, 'ansible_host') ?? plainText(variables, 'ansible_ssh_host');
  return { name, groups: groups.filter((group) => group !== 'ungrouped').sort(), address: address ?? name };
};

/**
 * The same inventory with its hosts in that order, where they stand in another one: a program may print them in any.
 * Where only hosts came or went, everything stays in its place.
 */
export function withOrder(inventory: Inventory, order: readonly string[]): Inventory {
  const named = new Set(order);
  const hosts = inventory.hostsOf('all').filter((host) => named.has(host));
  const there = new Set(hosts);
  const wanted = order.filter((host) => there.has(host));
  const isSame = hosts.every((host, place) => host === wanted[place]);
  return isSame ? inventory : createInventory({ ...inventory.parts, order });
}

/** An inventory over what was read. */
export const createInventory = (parts: InventoryParts): Inventory => {
  const { graph, folders } = parts;
  const inOrder = parts.order === undefined ? undefined : orderBy(parts.order);
  const hostsOf = (group: string): readonly string[] => {
    const hosts = hostsBelow(graph, group);
    return inOrder ? inOrder(hosts) : hosts;
  };
  const order = hostsOf('all');
  const known = new Set(order);
  const made = new Map<string, Host>();
  const hostOf = (name: string): Host => {
    const host = made.get(name) ?? toHost(parts, name);
    made.set(name, host);
    return host;
  };
  const groupNames = [...graph.groups.keys()];
  const names: Names = { hosts: order, groups: groupNames, hostsOf };
  // Ansible's own: the machine that plays is a host for whoever names it, with the variables of `all`, and in no group.
  const implicit = (name: string): Host | undefined =>
    ownNames.includes(name) ? { name, groups: [], address: name } : undefined;
  const variables = (host: string): readonly VariableLayer[] => {
    if (known.has(host)) return layersOf(graph, folders, host);
    if (implicit(host) === undefined) throw unknownHost(host);
    return [...layersOf(graph, folders, host), ownLayer];
  };
  return {
    folder: parts.folder,
    files: parts.files,
    isPrinted: parts.isPrinted,
    parts,
    hosts: () => order.map(hostOf),
    groups: () => groupNames.filter((name) => name !== 'all' && name !== 'ungrouped'),
    host: (name) => (known.has(name) ? hostOf(name) : implicit(name)),
    hostsOf: names.hostsOf,
    childrenOf: (group) => [...(graph.groups.get(group)?.children ?? [])],
    hostsIn: (group) => [...(graph.groups.get(group)?.hosts ?? [])],
    groupHosts: () => Object.fromEntries(groupNames.map((name) => [name, hostsOf(name)])),
    match: (pattern, options) => {
      const own = options?.lenient === true && !known.has(pattern.trim()) ? implicit(pattern.trim()) : undefined;
      if (own) return ok([own]);
      const found = matchNames(names, pattern, options?.lenient === true);
      return found.ok ? ok(found.value.map(hostOf)) : found;
    },
    variables,
    connection: (host) => connectionOf(host, merged(variables(host))),
  };
};
