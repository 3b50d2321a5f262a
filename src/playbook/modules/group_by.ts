import type { Json } from '#core/json.ts';
import type { FoundDifference, Module, Regroup } from './module.ts';
import { wrong } from './state/wrong.ts';

/** A change of the run's inventory, and what is different afterwards. */
export interface Regrouping {
  readonly regroup: Regroup;
  readonly news: readonly FoundDifference[];
}

/** Ansible's groups have no spaces. */
const nameOf = (value: Json): string => {
  const name = String(value).replaceAll(' ', '-');
  if (name === '' || /[\n,:!&]/.test(name))
    throw wrong(
      `group_by: “${name}” is not the name of a group.`,
      `group_by : « ${name} » n’est pas un nom de groupe.`,
    );
  return name;
};

/** Puts the host into a group named after something it says: later tasks and plays find it there. */
export const groupBy: Module<Regrouping, null> = {
  name: 'group_by',
  args: {
    key: { type: 'str', required: true },
    parents: { type: 'list', default: ['all'] },
  },
  freeForm: 'kv',
  local: true,
  inTurn: true,
  prepare: ({ key = '', parents }, { host = '', news }) => {
    const above = Array.isArray(parents) ? parents.map(nameOf) : ['all'];
    const regroup = { host, groups: [nameOf(key)], parents: above, variables: {} };
    return { regroup, news: news?.(regroup) ?? [] };
  },
  probe: () => undefined,
  read: () => null,
  plan: ({ regroup, news }) => ({
    differences: news,
    result: { add_group: regroup.groups[0] ?? '', parent_groups: regroup.parents },
    regroup,
  }),
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: plan.differences.length > 0 }),
};
