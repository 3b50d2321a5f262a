import type { Json, JsonObject } from '#core/json.ts';
import type { Quote, SshTarget } from '#core/ssh.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';

/** How one host is reached; undefined where the inventory says what cannot be used, or means this machine. */
export type Ways = ReadonlyMap<string, SshTarget>;

/** What stands for `ssh`, and how words are quoted for a shell. */
interface Words {
  readonly ssh: string;
  readonly quote: Quote;
}

/** What says how a host is reached: Ansible is told that anew, in the words of our own connections. */
const ownWays =
  /^ansible_(?:(?:ssh_)?(?:host|port|private_key_file)|ssh_(?:args|common_args|extra_args|executable|host_key_checking|transfer_method)|s(?:cp|ftp)_(?:executable|extra_args)|host_key_checking|control_path(?:_dir)?)$/;

/**
 * Our inventory for Ansible: each host with the variables it has here, so that both mean the same hosts by the same
 * patterns. Strings may hold templates, as they were written.
 */
export function inventoryFor(inventory: Inventory, ways: Ways, { ssh, quote }: Words): JsonObject {
  const hosts = Object.fromEntries(
    inventory.hostsOf('all').map((host) => [host, variablesOf(inventory, host, ways.get(host), { ssh, quote })]),
  );
  const children = Object.fromEntries(
    Object.keys(inventory.groupHosts())
      .filter((group) => group !== 'all' && group !== 'ungrouped')
      .map((group) => [group, groupOf(inventory, group)]),
  );
  return { all: { hosts, children } };
}

const groupOf = (inventory: Inventory, group: string): JsonObject => ({
  hosts: Object.fromEntries(inventory.hostsIn(group).map((host) => [host, {}])),
  children: Object.fromEntries(inventory.childrenOf(group).map((child) => [child, {}])),
});

function variablesOf(inventory: Inventory, host: string, way: SshTarget | undefined, words: Words): JsonObject {
  const vars: Record<string, Json> = {};
  for (const { values } of inventory.variables(host))
    for (const [name, { value }] of Object.entries(values)) vars[name] = value;
  if (way === undefined) return vars;
  // Every other way to reach it than `ssh` would pass by what is said here.
  if (vars.ansible_connection !== undefined) vars.ansible_connection = 'ssh';
  const kept = Object.fromEntries(Object.entries(vars).filter(([name]) => !ownWays.test(name)));
  return {
    ...kept,
    ansible_host: way.address,
    ansible_port: way.port,
    ansible_ssh_common_args: sshOptions(way, words)
      .map((option) => `-o ${words.quote(option)}`) // Ansible takes quotes away that stand around it all
      .join(' '),
  };
}

/** What our own connection to the host has as options of `ssh`; the weakest user: a playbook may name another. */
const sshOptions = (way: SshTarget, { ssh, quote }: Words): readonly string[] => [
  ...way.identityFiles.map((file) => `IdentityFile "${file}"`),
  ...(way.agent ? [] : ['IdentityAgent=none', 'IdentitiesOnly=yes']),
  `User=${way.user}`,
  ...(way.via.length > 0 ? [`ProxyCommand=${quote(ssh)} -W [%h]:%p ${hopName(way, way.via.length)}`] : []),
];

/** What the way to the last of so many jump hosts is called in the configuration of `ssh`. */
const hopName = (way: SshTarget, hops: number): string =>
  `quarterdeck-hop-${[...Buffer.from(`${way.name} ${hops}`).toString('hex')].join('')}`;

/** The jump hosts of all ways, for the configuration of `ssh`: each is reached through the one before it. */
export function hopLines(ways: Ways, { ssh, quote }: Words): readonly string[] {
  return [...ways.values()].flatMap((way) =>
    way.via.flatMap((hop, index) => [
      `Host ${hopName(way, index + 1)}`,
      `  HostName ${hop.address}`,
      `  Port ${hop.port}`,
      `  User ${hop.user}`,
      ...hop.identityFiles.map((file) => `  IdentityFile "${file}"`),
      ...(hop.agent ? [] : ['  IdentityAgent none', '  IdentitiesOnly yes']),
      ...(index > 0 ? [`  ProxyCommand ${quote(ssh)} -W [%h]:%p ${hopName(way, index)}`] : []),
    ]),
  );
}
