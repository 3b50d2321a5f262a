import { t } from '#core/text.ts';
import type { Faults } from '../faults.ts';
import type { Vault } from '../vault.ts';
import { type Entry, type MapNode, type Node, toJson } from '../yaml/node.ts';
import { readYaml } from '../yaml/read.ts';
import { addChild, addHost, type Graph, groupNamed, setGroupVariable, setVariable } from './graph.ts';
import { expandHosts } from './ranges.ts';

interface Reading {
  readonly graph: Graph;
  readonly faults: Faults;
}

const isNothing = (node: Node): boolean => node.kind === 'scalar' && node.value === null;

/** A mapping, nothing, or one name alone (`hosts: web-1`), as entries. */
const entriesOf = (reading: Reading, entry: Entry): readonly Entry[] => {
  const { value } = entry;
  if (value.kind === 'map') return value.entries;
  if (isNothing(value)) return [];
  if (value.kind === 'scalar' && entry.key !== 'vars') {
    return [{ key: value.text, at: value.at, value: { kind: 'scalar', value: null, text: '', at: value.at } }];
  }
  reading.faults.add(
    value.at,
    t(
      `“${entry.key}” must be a mapping, each name followed by a colon`,
      `« ${entry.key} » doit être une suite de noms suivis de deux-points`,
    ),
  );
  return [];
};

const readHost = (reading: Reading, entry: Entry, group: string): void => {
  const hosts = expandHosts(entry.key);
  if (hosts === undefined) {
    reading.faults.add(
      entry.at,
      t(`“${entry.key}” is not a host name or range`, `« ${entry.key} » n’est pas un nom d’hôte ni une plage`),
    );
    return;
  }
  if (entry.value.kind !== 'map' && !isNothing(entry.value)) {
    reading.faults.add(
      entry.value.at,
      t(
        'the variables of a host must be a mapping',
        'les variables d’un hôte doivent être une suite de clés et de valeurs',
      ),
    );
    return;
  }
  for (const name of hosts.names) {
    const host = addHost(reading.graph, name, group, entry.at);
    if (hosts.port !== undefined) setVariable(host.vars, 'ansible_port', { value: hosts.port, at: entry.at });
    for (const variable of entry.value.kind === 'map' ? entry.value.entries : []) {
      setVariable(host.vars, variable.key, { value: toJson(variable.value), at: variable.value.at });
    }
  }
};

const readChild = (reading: Reading, entry: Entry, group: string): void => {
  readGroup(reading, entry);
  if (addChild(reading.graph, group, entry.key)) return;
  reading.faults.add(
    entry.at,
    t(`group “${entry.key}” would be inside itself`, `le groupe « ${entry.key} » serait à l’intérieur de lui-même`),
  );
};

const readPart = (reading: Reading, part: Entry, name: string): void => {
  if (part.key === 'hosts') for (const entry of entriesOf(reading, part)) readHost(reading, entry, name);
  else if (part.key === 'children') for (const entry of entriesOf(reading, part)) readChild(reading, entry, name);
  else if (part.key === 'vars') {
    for (const entry of entriesOf(reading, part)) {
      setGroupVariable(groupNamed(reading.graph, name), entry.key, { value: toJson(entry.value), at: entry.value.at });
    }
  } else {
    reading.faults.add(
      part.at,
      t(
        `group “${name}” has “${part.key}”; only hosts, children and vars belong there`,
        `le groupe « ${name} » a « ${part.key} » ; seuls hosts, children et vars y ont leur place`,
      ),
    );
  }
};

function readGroup(reading: Reading, entry: Entry): void {
  groupNamed(reading.graph, entry.key);
  if (isNothing(entry.value)) return;
  if (entry.value.kind !== 'map') {
    reading.faults.add(
      entry.value.at,
      t(
        `group “${entry.key}” must be a mapping`,
        `le groupe « ${entry.key} » doit être une suite de clés et de valeurs`,
      ),
    );
    return;
  }
  for (const part of entry.value.entries) readPart(reading, part, entry.key);
}

const isPluginConfiguration = (node: MapNode): boolean =>
  node.entries.some((entry) => entry.key === 'plugin' && entry.value.kind === 'scalar');

/** Adds what a YAML inventory says to the graph. Faults are noted. */
export const readYamlInventory = (source: string, file: string, graph: Graph, faults: Faults, vault: Vault): void => {
  const node = readYaml(source, file, faults, vault);
  if (node === undefined) return;
  if (node.kind !== 'map') {
    faults.add(node.at, t('a YAML inventory is a mapping of groups', 'un inventaire YAML est une suite de groupes'));
    return;
  }
  if (isPluginConfiguration(node)) {
    faults.add(
      node.at,
      t('inventory plugins are not supported', 'les extensions d’inventaire ne sont pas prises en charge'),
    );
    return;
  }
  for (const entry of node.entries) readGroup({ graph, faults }, entry);
};
