import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { t } from '#core/text.ts';
import { createFaults, type Faults } from '../faults.ts';
import type { Written } from '../tree.ts';
import { noVault, type Vault } from '../vault.ts';
import { type Node, toJson } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { ancestors, type Graph, type GroupNode, type HostNode } from './graph.ts';
import { readSource, variableFiles, variableNames } from './sources.ts';

/** Variables from one place, later layers over earlier ones. Strings may hold templates: their author is the inventory's. */
export interface VariableLayer {
  readonly source: string;
  readonly values: Readonly<Record<string, Written>>;
  /** True for values as they are, in which nothing is a template: what `add_host` gave. */
  readonly plain?: true;
}

/** Variables of vars files by group and by host, of one folder. */
export interface FolderVariables {
  readonly groups: ReadonlyMap<string, readonly VariableLayer[]>;
  readonly hosts: ReadonlyMap<string, readonly VariableLayer[]>;
  /** Of groups that are not there, and may be once a run regroups its hosts; with what is wrong in them. */
  readonly later: ReadonlyMap<string, LaterVariables>;
}

/** Variables that nobody has yet. */
export interface LaterVariables {
  readonly layers: readonly VariableLayer[];
  readonly faults: Faults;
}

interface Reading {
  readonly folder: string;
  readonly faults: Faults;
  readonly sums: Map<string, string>;
  readonly vault: Vault;
}

const valuesOf = (node: Node | undefined, shown: string, faults: Faults): VariableLayer['values'] => {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return {};
  if (node.kind !== 'map') {
    faults.add(node.at, t(`${shown} must be a mapping of variables`, `${shown} doit être une suite de variables`));
    return {};
  }
  return Object.fromEntries(
    node.entries.map((entry) => [entry.key, { value: toJson(entry.value), at: entry.value.at }]),
  );
};

const readLayers = async (reading: Reading, kind: string, name: string): Promise<readonly VariableLayer[]> => {
  const layers: VariableLayer[] = [];
  for (const path of await variableFiles(join(reading.folder, kind), name)) {
    const file = await readSource(reading.folder, path, reading.faults);
    if (file === undefined) continue;
    reading.sums.set(file.shown, createHash('sha256').update(file.text).digest('hex'));
    const node = readYaml(file.text, file.shown, reading.faults, reading.vault);
    layers.push({ source: file.shown, values: valuesOf(node, file.shown, reading.faults) });
  }
  return layers;
};

const readAll = async (reading: Reading, kind: string, names: Iterable<string>) => {
  const found = new Map<string, readonly VariableLayer[]>();
  for (const name of names) {
    const layers = await readLayers(reading, kind, name);
    if (layers.length > 0) found.set(name, layers);
  }
  return found;
};

/** What is wrong there matters to nobody until such a group is made. */
const readLater = async (reading: Reading, known: ReadonlyMap<string, unknown>) => {
  const found = new Map<string, LaterVariables>();
  for (const name of await variableNames(join(reading.folder, 'group_vars'))) {
    if (known.has(name)) continue;
    const faults = createFaults();
    found.set(name, { layers: await readLayers({ ...reading, faults }, 'group_vars', name), faults });
  }
  return found;
};

/** Reads `group_vars` and `host_vars` of a folder for every group and host. Faults are noted; `sums` takes the SHA-256 of each file. */
export const readFolderVariables = async (
  folder: string,
  graph: Graph,
  faults: Faults,
  sums: Map<string, string>,
  vault: Vault = noVault,
): Promise<FolderVariables> => {
  const reading = { folder, faults, sums, vault };
  return {
    groups: await readAll(reading, 'group_vars', graph.groups.keys()),
    hosts: await readAll(reading, 'host_vars', graph.hosts.keys()),
    later: await readLater(reading, graph.groups),
  };
};

const byRank = (a: GroupNode, b: GroupNode): number =>
  a.depth - b.depth || a.priority - b.priority || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

/** The groups of a host, ancestors included, `all` left out, parents before children. */
export const rankedGroups = (graph: Graph, host: string): readonly GroupNode[] => {
  const direct = [...graph.groups.values()].filter((group) => group.hosts.has(host));
  const names = new Set(direct.flatMap((group) => [group.name, ...ancestors(graph, group.name)]));
  names.delete('all');
  return [...names].flatMap((name) => graph.groups.get(name) ?? []).sort(byRank);
};

const ownLayer = (source: string, vars: ReadonlyMap<string, Written>): readonly VariableLayer[] =>
  vars.size === 0 ? [] : [{ source, values: Object.fromEntries(vars) }];

const addedLayer = (added: HostNode['added']): readonly VariableLayer[] =>
  added === undefined ? [] : [{ source: 'add_host', values: added, plain: true }];

/** What a host has from its groups, in Ansible's order: of the inventory files, `group_vars/all`, `group_vars/*` of each folder. */
export const groupLayersOf = (
  graph: Graph,
  folders: readonly FolderVariables[],
  host: string,
): readonly VariableLayer[] => {
  const groups = rankedGroups(graph, host);
  const all = graph.groups.get('all');
  const ofGroups = (names: readonly string[]) =>
    folders.flatMap((folder) =>
      names.flatMap((name) => folder.groups.get(name) ?? folder.later.get(name)?.layers ?? []),
    );
  return [
    ...(all ? ownLayer('all', all.vars) : []),
    ...groups.flatMap((group) => ownLayer(group.name, group.vars)),
    ...ofGroups(['all']),
    ...ofGroups(groups.map((group) => group.name)),
  ];
};

/** What a host has of its own, above that: of the inventory files, of `add_host`, and `host_vars/*` of each folder. */
export const ownLayersOf = (
  graph: Graph,
  folders: readonly FolderVariables[],
  host: string,
): readonly VariableLayer[] => [
  ...ownLayer(host, graph.hosts.get(host)?.vars ?? new Map()),
  ...addedLayer(graph.hosts.get(host)?.added),
  ...folders.flatMap((folder) => folder.hosts.get(host) ?? []),
];

/** A host's variables in Ansible's order: of its groups, then its own. */
export const layersOf = (graph: Graph, folders: readonly FolderVariables[], host: string): readonly VariableLayer[] => [
  ...groupLayersOf(graph, folders, host),
  ...ownLayersOf(graph, folders, host),
];
