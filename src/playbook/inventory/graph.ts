import type { Json } from '#core/json.ts';
import type { Position, Written } from '../tree.ts';

/** A group while the inventory is read. Order is the order of the files. */
export interface GroupNode {
  readonly name: string;
  readonly children: Set<string>;
  readonly parents: Set<string>;
  readonly hosts: Set<string>;
  readonly vars: Map<string, Written>;
  depth: number;
  priority: number;
}

/** A host while the inventory is read; `at` is where it was first named. */
export interface HostNode {
  readonly name: string;
  readonly at: Position;
  readonly vars: Map<string, Written>;
  /** What `add_host` gave it during a run: values, no templates. */
  readonly added?: Readonly<Record<string, Written>>;
}

/** Hosts and groups by name. `all` holds every group, `ungrouped` the hosts that are in no other. */
export interface Graph {
  readonly hosts: Map<string, HostNode>;
  readonly groups: Map<string, GroupNode>;
}

const newGroup = (name: string): GroupNode => ({
  name,
  children: new Set(),
  parents: new Set(),
  hosts: new Set(),
  vars: new Map(),
  depth: 0,
  priority: 1,
});

/** An empty graph with `all` and `ungrouped`. */
export const createGraph = (): Graph => {
  const graph: Graph = { hosts: new Map(), groups: new Map() };
  addChild(graph, 'all', 'ungrouped');
  return graph;
};

/** The group of that name, made when it is not there. */
export const groupNamed = (graph: Graph, name: string): GroupNode => {
  const group = graph.groups.get(name) ?? newGroup(name);
  graph.groups.set(name, group);
  return group;
};

/** The host of that name in a group, made when it is not there. */
export const addHost = (graph: Graph, name: string, group: string, at: Position): HostNode => {
  const host = graph.hosts.get(name) ?? { name, at, vars: new Map() };
  graph.hosts.set(name, host);
  groupNamed(graph, group).hosts.add(name);
  return host;
};

/** The groups below a group, itself included, each once, nearest first. */
export const descendants = (graph: Graph, name: string): readonly string[] => {
  const seen = new Set([name]);
  for (const group of seen) for (const child of graph.groups.get(group)?.children ?? []) seen.add(child);
  return [...seen];
};

/** The groups above a group, itself left out. */
export const ancestors = (graph: Graph, name: string): readonly string[] => {
  const seen = new Set([name]);
  for (const group of seen) for (const parent of graph.groups.get(group)?.parents ?? []) seen.add(parent);
  return [...seen].slice(1);
};

/** Puts a group below another; false when that would make a circle. */
export function addChild(graph: Graph, parent: string, child: string): boolean {
  groupNamed(graph, parent);
  groupNamed(graph, child);
  if (descendants(graph, child).includes(parent)) return false;
  groupNamed(graph, parent).children.add(child);
  groupNamed(graph, child).parents.add(parent);
  return true;
}

/** Sets a variable; a mapping over a mapping keeps the other keys, as Ansible's readers do. */
export const setVariable = (vars: Map<string, Written>, name: string, written: Written): void => {
  const before = vars.get(name);
  const merged = before && isMapping(before.value) && isMapping(written.value);
  vars.set(name, merged ? { value: { ...before.value, ...written.value }, at: written.at } : written);
};

const isMapping = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `ansible_group_priority` ranks groups of the same depth; everything else is a variable. */
export const setGroupVariable = (group: GroupNode, name: string, written: Written): void => {
  const priority = Number(written.value);
  if (name === 'ansible_group_priority' && Number.isInteger(priority)) group.priority = priority;
  else setVariable(group.vars, name, written);
};

const setDepths = (graph: Graph): void => {
  const waiting = ['all'];
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const depth = (graph.groups.get(name)?.depth ?? 0) + 1;
    for (const child of graph.groups.get(name)?.children ?? []) {
      const group = graph.groups.get(child);
      if (group === undefined || group.depth >= depth) continue;
      group.depth = depth;
      waiting.push(child);
    }
  }
};

const directGroups = (graph: Graph, host: string): readonly GroupNode[] =>
  [...graph.groups.values()].filter((group) => group.hosts.has(host));

/** Puts parentless groups below `all`, lonely hosts into `ungrouped`, and ranks the groups by depth. */
export const settle = (graph: Graph): void => {
  for (const group of graph.groups.values()) {
    if (group.name !== 'all' && group.parents.size === 0) addChild(graph, 'all', group.name);
  }
  const ungrouped = groupNamed(graph, 'ungrouped');
  for (const host of graph.hosts.keys()) {
    const grouped = directGroups(graph, host).some((group) => group.name !== 'all' && group.name !== 'ungrouped');
    if (grouped) ungrouped.hosts.delete(host);
    else ungrouped.hosts.add(host);
  }
  setDepths(graph);
};
