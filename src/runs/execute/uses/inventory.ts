import type { Json } from '#core/json.ts';
import type { MayUse } from '#core/plan.ts';
import type { Graph } from '#playbook/inventory/graph.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import {
  type FolderVariables,
  groupLayersOf,
  ownLayersOf,
  rankedGroups,
  type VariableLayer,
} from '#playbook/inventory/layers.ts';
import type { Written } from '#playbook/tree.ts';
import type { Seal } from '../seals.ts';

/** How a plan names a group and a host. */
export const groupName = (group: string): string => `group ${group}`;
export const hostName = (host: string): string => `host ${host}`;

/** Where a group or host belongs stands under no name. */
export const belongs = '';

/** Values by variable: of each place that gives it one, in order. */
class Values {
  private readonly all = new Map<string, Json[]>();

  constructor(vars: Iterable<readonly [string, Written]> = []) {
    for (const [variable, written] of vars) this.add(variable, written);
  }

  addLayers(layers: readonly VariableLayer[] = []): void {
    for (const { values } of layers)
      for (const [variable, written] of Object.entries(values)) this.add(variable, written);
  }

  entries(): readonly (readonly [string, Json])[] {
    return [...this.all];
  }

  private add(variable: string, { value }: Written): void {
    const values = this.all.get(variable) ?? [];
    this.all.set(variable, values);
    values.push(value);
  }
}

const groupValues = (graph: Graph, folders: readonly FolderVariables[], group: string): Values => {
  const values = new Values(graph.groups.get(group)?.vars);
  for (const { groups, later } of folders) values.addLayers(groups.get(group) ?? later.get(group)?.layers);
  return values;
};

/** How a plan names what all hosts have that are in the same groups which give a variable, and under which name a host says so. */
const sharedName = (groups: string): string => `in ${groups}`;
const shares = ' ';

/** True for a variable's name, and not for what else stands beside them. */
export const isVariable = (name: string): boolean => name !== belongs && name !== shares;

/**
 * What an inventory says, with keyed digests: of each group its hosts and variables, of each host the groups it is in and
 * the variables of its own, and once for all that are in the same groups what these make of each variable.
 */
export function inventoryMarks(inventory: Inventory, seal: Seal): MayUse['inventory'] {
  const { graph, folders } = inventory.parts;
  const marks: Record<string, Readonly<Record<string, string>>> = {};
  const groups = new Set([...graph.groups.keys(), ...folders.flatMap(({ later }) => [...later.keys()])]);
  const giving = new Set<string>();
  for (const group of groups) {
    const values = groupValues(graph, folders, group).entries();
    if (values.length > 0) giving.add(group);
    const hosts = graph.groups.has(group) ? inventory.hostsOf(group) : [];
    marks[groupName(group)] = sealed([[belongs, hosts as Json], ...values], seal);
  }
  for (const host of graph.hosts.keys()) {
    // `ungrouped` is no group of a host, and gives variables all the same.
    const given = rankedGroups(graph, host).flatMap(({ name }) => (giving.has(name) ? [name] : []));
    const places: readonly (readonly [string, Json])[] = [
      [belongs, [...(inventory.host(host)?.groups ?? [])]],
      [shares, given],
    ];
    const own = sealed([...places, ...winning(ownLayersOf(graph, folders, host))], seal);
    marks[hostName(host)] = own;
    marks[sharedName(own[shares] ?? '')] ??= sealed(winning(groupLayersOf(graph, folders, host)), seal);
  }
  return marks;
}

/** Each variable with the value that outweighs the others. */
const winning = (layers: readonly VariableLayer[]): readonly (readonly [string, Json])[] => {
  const values = new Map(layers.flatMap((layer) => Object.entries(layer.values)));
  return [...values].map(([name, { value }]) => [name, value]);
};

const sealed = (values: readonly (readonly [string, Json])[], seal: Seal): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map(([name, value]) => [name, seal(value)]));

/** The digests of all that a host has, each variable's of the value that outweighs the others. */
export function marksOfHost(marks: MayUse['inventory'], host: string): Readonly<Record<string, string>> {
  const own = marks[hostName(host)] ?? {};
  return { ...marks[sharedName(own[shares] ?? '')], ...own };
}
