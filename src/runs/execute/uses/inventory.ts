import type { Json } from '#core/json.ts';
import type { MayUse } from '#core/plan.ts';
import type { Graph } from '#playbook/inventory/graph.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import type { FolderVariables, VariableLayer } from '#playbook/inventory/layers.ts';
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

const hostValues = (graph: Graph, folders: readonly FolderVariables[], host: string): Values => {
  const values = new Values(graph.hosts.get(host)?.vars);
  for (const { hosts } of folders) values.addLayers(hosts.get(host));
  return values;
};

/**
 * What an inventory says, with keyed digests: a group's hosts and each of its variables, and the same of each host that was
 * planned. Of other hosts, of which a run asks rarely, all stands together.
 */
export function inventoryMarks(inventory: Inventory, planned: ReadonlySet<string>, seal: Seal): MayUse['inventory'] {
  const { graph, folders } = inventory.parts;
  const marks: Record<string, Readonly<Record<string, string>>> = {};
  const groups = new Set([...graph.groups.keys(), ...folders.flatMap(({ later }) => [...later.keys()])]);
  for (const group of groups) {
    const values = groupValues(graph, folders, group).entries();
    const hosts = graph.groups.has(group) ? inventory.hostsOf(group) : [];
    marks[groupName(group)] = sealed([[belongs, hosts as Json], ...values], seal);
  }
  for (const host of graph.hosts.keys()) {
    const values = hostValues(graph, folders, host).entries();
    const groupsOf = (inventory.host(host)?.groups ?? []) as Json;
    marks[hostName(host)] = planned.has(host)
      ? sealed([[belongs, groupsOf], ...values], seal)
      : { [belongs]: seal([groupsOf, Object.fromEntries(values)]) };
  }
  return marks;
}

const sealed = (values: readonly (readonly [string, Json])[], seal: Seal): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map(([name, value]) => [name, seal(value)]));
