import { isDeepStrictEqual } from 'node:util';
import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { refusalOfFaults } from '../faults.ts';
import type { FoundDifference, Regroup } from '../modules/module.ts';
import type { Position, Written } from '../tree.ts';
import { addChild, addHost, type Graph, groupNamed, type HostNode, settle } from './graph.ts';
import { createInventory, type Inventory } from './inventory.ts';

/** The inventory of one run, which `add_host` and `group_by` change for the tasks and plays that follow. */
export interface RunInventory {
  /** As it is now. */
  readonly now: Inventory;
  /** True once anything was regrouped. */
  readonly changed: boolean;
  /** What a regrouping would change. Throws a Fault for one that may not be. */
  news(regroup: Regroup): readonly FoundDifference[];
  regroup(regroup: Regroup): void;
  /** The task of which only a run can tell how it regroups. */
  doubt: string | undefined;
}

const nowhere: Position = { file: 'add_host', line: 1, column: 1 };

const copyOf = (graph: Graph): Graph => ({
  hosts: new Map(graph.hosts),
  groups: new Map(
    [...graph.groups].map(([name, group]) => [
      name,
      {
        ...group,
        children: new Set(group.children),
        parents: new Set(group.parents),
        hosts: new Set(group.hosts),
        depth: 0,
      },
    ]),
  ),
});

const writtenOf = (variables: JsonObject): Readonly<Record<string, Written>> =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value, at: nowhere }]));

const loop = (parent: string, group: string): Fault =>
  new Fault({
    code: 'inventory.regroup',
    say: t(
      `The group “${group}” cannot go below “${parent}”: it would be below itself.`,
      `Le groupe « ${group} » ne peut pas aller sous « ${parent} » : il serait sous lui-même.`,
    ),
  });

/** The graph with a host and its groups added; the one given stays as it is. */
const regrouped = (graph: Graph, { host, groups, parents, variables }: Regroup): Graph => {
  const next = copyOf(graph);
  const before = next.hosts.get(host);
  const known: HostNode = before ?? addHost(next, host, 'ungrouped', nowhere);
  if (Object.keys(variables).length > 0) {
    next.hosts.set(host, { ...known, added: { ...known.added, ...writtenOf(variables) } });
  }
  for (const group of groups) {
    groupNamed(next, group).hosts.add(host);
    for (const parent of parents) if (!addChild(next, parent, group)) throw loop(parent, group);
  }
  settle(next);
  return next;
};

const isBelow = (graph: Graph, group: string, host: string): boolean => {
  const node = graph.groups.get(group);
  return (
    node !== undefined && (node.hosts.has(host) || [...node.children].some((child) => isBelow(graph, child, host)))
  );
};

const membership = (graph: Graph, { host, groups, parents }: Regroup): readonly FoundDifference[] =>
  groups.flatMap((group): readonly FoundDifference[] => {
    const subject = `group ${group}`;
    const above = parents.filter((parent) => !graph.groups.get(parent)?.children.has(group));
    const joins = parents.length > 0 ? !isBelow(graph, group, host) : !graph.groups.get(group)?.hosts.has(host);
    // Where the group goes is told by who is in it already: else it would depend on which host comes first.
    if (joins) return [{ subject, aspect: 'host', before: null, after: host }];
    return above.map((parent) => ({ subject, aspect: 'parent', before: null, after: parent }));
  });

/** Variables that are new or other; their values are compared, not shown. */
const given = (graph: Graph, { host, variables }: Regroup): readonly FoundDifference[] => {
  const known = graph.hosts.get(host);
  const names = Object.keys(variables).filter((name) => {
    const now = known?.added?.[name] ?? known?.vars.get(name);
    return now === undefined || !isDeepStrictEqual(now.value, variables[name]);
  });
  if (names.length === 0) return [];
  return [{ subject: `host ${host}`, aspect: 'variables', before: null, after: names, sealed: variables }];
};

const differencesOf = (graph: Graph, regroup: Regroup): readonly FoundDifference[] => {
  const subject = `host ${regroup.host}`;
  const isNew = !graph.hosts.has(regroup.host);
  return [
    ...(isNew ? [{ subject, aspect: 'state', before: 'absent', after: 'present' }] : []),
    ...given(graph, regroup),
    ...membership(graph, regroup),
  ];
};

const otherWay = (host: string): Fault =>
  new Fault({
    code: 'inventory.regroup',
    say: t(
      `This would change how ${host} is reached; the inventory alone says that.`,
      `Cela changerait la façon de joindre ${host} ; seul l’inventaire le dit.`,
    ),
    next: t(
      'Leave out the variables of the connection, or put them into the inventory.',
      'Laissez de côté les variables de connexion, ou mettez-les dans l’inventaire.',
    ),
  });

const next = t('Correct the variables of the group.', 'Corrigez les variables du groupe.');

/** How a host is reached, with what is usual filled in; undefined when the inventory does not know the host. */
const wayTo = (inventory: Inventory, name: string): object | undefined => {
  const host = inventory.host(name);
  const connection = host && inventory.connection(name);
  if (!connection) return undefined;
  if (!connection.ok) throw new Fault(connection.refusal);
  return { port: 22, ...connection.value, host: host.address };
};

/** Over an inventory that was read. Hosts of the inventory stay reached as it says; others are never reached at all. */
export const createRunInventory = (inventory: Inventory): RunInventory => {
  const { parts } = inventory;
  let graph = parts.graph;
  let now: Inventory | undefined = inventory;
  const check = (regroup: Regroup): void => {
    const faults = regroup.groups.flatMap((group) =>
      parts.folders.flatMap((folder) => folder.later.get(group)?.faults.found ?? []),
    );
    if (faults.length > 0) throw new Fault(refusalOfFaults('inventory.invalid', faults, next));
    const was = wayTo(inventory, regroup.host);
    const then = createInventory({ ...parts, graph: regrouped(graph, regroup) });
    if (was !== undefined && !isDeepStrictEqual(was, wayTo(then, regroup.host))) throw otherWay(regroup.host);
  };
  return {
    doubt: undefined,
    get now() {
      now ??= createInventory({ ...parts, graph });
      return now;
    },
    get changed() {
      return graph !== parts.graph;
    },
    news(regroup) {
      const differences = differencesOf(graph, regroup);
      if (differences.length > 0) check(regroup);
      return differences;
    },
    regroup(regroup) {
      if (differencesOf(graph, regroup).length === 0) return;
      graph = regrouped(graph, regroup);
      now = undefined;
    },
  };
};
