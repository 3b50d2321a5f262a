import { resolve } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { t } from '#core/text.ts';
import { type Inventory, loadInventory } from '#playbook/inventory/load.ts';
import { createVault } from '#playbook/vault.ts';
import { vaultSecretsOf } from '../vault.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { orDemo } from './or-demo.ts';
import { type CliCommand, exit, Usage } from './terminal.ts';
import { vaultOptions, vaultSecrets } from './vault-secrets.ts';

const options = {
  inventory: { type: 'string', short: 'i', multiple: true },
  graph: { type: 'boolean' },
  list: { type: 'boolean' },
  host: { type: 'string' },
  vars: { type: 'boolean' },
  ...vaultOptions,
} as const;

const varsOf = (inventory: Inventory, host: string): JsonObject => {
  const all: Record<string, Json> = {};
  for (const layer of inventory.variables(host)) {
    for (const [name, written] of Object.entries(layer.values)) all[name] = written.value;
  }
  return all;
};

/** The groups right below a group, and the hosts right in it. */
function graphLines(inventory: Inventory, group: string, depth: number, vars: boolean): readonly string[] {
  const indent = '  |'.repeat(depth);
  const lines = [`${indent}${depth === 0 ? '' : '--'}@${group}:`];
  for (const child of inventory.childrenOf(group)) lines.push(...graphLines(inventory, child, depth + 1, vars));
  for (const host of inventory.hostsIn(group)) {
    lines.push(`${'  |'.repeat(depth + 1)}--${host}`);
    if (vars) {
      for (const [name, value] of Object.entries(varsOf(inventory, host)).sort()) {
        lines.push(
          `${'  |'.repeat(depth + 2)}--{${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}}`,
        );
      }
    }
  }
  return lines;
}

/** What `--list` gives, as an inventory script would: groups with hosts and children, and every host's variables. */
function listed(inventory: Inventory): JsonObject {
  const groups: Record<string, Json> = {};
  for (const group of ['all', ...inventory.groups(), 'ungrouped']) {
    const hosts = group === 'all' ? [] : inventory.hostsIn(group);
    const children = inventory.childrenOf(group);
    if (hosts.length + children.length === 0) continue;
    groups[group] = { ...(children.length > 0 ? { children } : {}), ...(hosts.length > 0 ? { hosts } : {}) };
  }
  const hostvars = Object.fromEntries(
    inventory.hosts().flatMap(({ name }) => {
      const vars = varsOf(inventory, name);
      return Object.keys(vars).length === 0 ? [] : [[name, vars]];
    }),
  );
  return { _meta: { hostvars }, ...groups };
}

const noHost = (name: string): Fault =>
  new Fault({
    code: 'inventory.unknown_host',
    say: t(`The inventory has no host “${name}”.`, `L’inventaire n’a pas d’hôte « ${name} ».`),
  });

const noGroup = (name: string): Fault =>
  new Fault({
    code: 'inventory.unknown_group',
    say: t(`The inventory has no group “${name}”.`, `L’inventaire n’a pas de groupe « ${name} ».`),
  });

/** `quarterdeck inventory`: what the inventory comes to, as `ansible-inventory` shows it. */
export const inventory: CliCommand = {
  usage: t(
    'inventory --graph [GROUP] | --list | --host HOST [-i INVENTORY] [--vars]',
    'inventory --graph [GROUPE] | --list | --host HÔTE [-i INVENTAIRE] [--vars]',
  ),
  about: t('Show groups, hosts and their variables', 'Montrer les groupes, les hôtes et leurs variables'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, options, 1);
    const loaded = await settingsFor(values.config, terminal);
    const settings = orDemo(loaded.settings);
    const sources = values.inventory?.map((path) => resolve(path)) ?? settings.inventory;
    const read = await loadInventory(sources, {
      beside: settings.playbooks,
      vault: createVault([...(await vaultSecrets(values, terminal)), ...vaultSecretsOf(settings)]),
    });
    if (!read.ok) throw new Fault(read.refusal);
    if (values.host !== undefined) {
      if (!read.value.host(values.host)) throw noHost(values.host);
      terminal.out(JSON.stringify(varsOf(read.value, values.host), null, 4));
    } else if (values.list) terminal.out(JSON.stringify(listed(read.value), null, 4));
    else if (values.graph) {
      const group = positionals[0] ?? 'all';
      if (!['all', 'ungrouped', ...read.value.groups()].includes(group)) throw noGroup(group);
      for (const line of graphLines(read.value, group, 0, values.vars === true)) terminal.out(line);
    } else
      throw new Usage(
        t('Say what to show: --graph, --list or --host.', 'Dites quoi montrer : --graph, --list ou --host.'),
      );
    return exit.done;
  },
};
