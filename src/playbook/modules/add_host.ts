import type { JsonObject } from '#core/json.ts';
import type { Regrouping } from './group_by.ts';
import type { Controller, Module } from './module.ts';
import { wrong } from './state/wrong.ts';

/** `name:port` is a host and its port, as Ansible reads it. */
const addressOf = (written: string): { readonly host: string; readonly variables: JsonObject } => {
  const [, inBrackets, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(written) ?? [];
  const host = inBrackets ?? plain;
  return host === undefined
    ? { host: written, variables: {} }
    : { host, variables: { ansible_ssh_port: Number(port) } };
};

const groupsOf = (groups: JsonObject[string]): readonly string[] => {
  const names = Array.isArray(groups) ? groups.map((group) => String(group).trim()) : [];
  const odd = names.find((name) => name === '' || /[\n:!&]/.test(name));
  if (odd === undefined) return [...new Set(names)];
  throw wrong(`add_host: “${odd}” is not the name of a group.`, `add_host : « ${odd} » n’est pas un nom de groupe.`);
};

const prepare = ({ name, groups = [], ...given }: JsonObject, { news }: Controller): Regrouping => {
  const { host, variables } = addressOf(String(name));
  if (host === '' || /[\s,]/.test(host))
    throw wrong(`add_host: “${host}” is not the name of a host.`, `add_host : « ${host} » n’est pas un nom d’hôte.`);
  const regroup = { host, groups: groupsOf(groups), parents: [], variables: { ...given, ...variables } };
  return { regroup, news: news?.(regroup) ?? [] };
};

/**
 * Adds a host with variables and groups to the inventory of the run. Only hosts that the inventory itself knows are ever
 * connected to; others hold variables for `hostvars`.
 */
export const addHost: Module<Regrouping, null> = {
  name: 'add_host',
  args: {
    name: { type: 'str', required: true, aliases: ['host', 'hostname'] },
    groups: { type: 'list', aliases: ['group', 'groupname'] },
  },
  anyArguments: true,
  freeForm: 'kv',
  local: true,
  oneForAll: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan: ({ regroup, news }) => {
    const { host, groups, variables } = regroup;
    return { differences: news, result: { add_host: { host_name: host, groups, host_vars: variables } }, regroup };
  },
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: plan.differences.length > 0 }),
};
