import type { JsonObject } from '#core/json.ts';
import { isObject } from './docker/engine.ts';
import type { Module } from './module.ts';
import { wrong } from './state/wrong.ts';

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

const prepare = ({ data, per_host: perHost, aggregate }: JsonObject): JsonObject => {
  const given = isObject(data) ? data : {};
  const odd = Object.keys(given).find((name) => !variableName.test(name));
  if (odd === undefined) return { data: given, per_host: perHost === true, aggregate: aggregate !== false };
  throw wrong(
    `set_stats: “${odd}” is not a valid variable name (letters, numbers and _).`,
    `set_stats : « ${odd} » n’est pas un nom de variable (lettres, chiffres et _).`,
  );
};

/** Tells figures of its own to whoever reads the results: as with Ansible, the recap does not show them. */
export const setStats: Module<JsonObject, null> = {
  name: 'set_stats',
  args: {
    data: { type: 'dict', default: {} },
    per_host: { type: 'bool', default: false },
    aggregate: { type: 'bool', default: true },
  },
  freeForm: 'kv',
  local: true,
  prepare,
  probe: () => undefined,
  read: () => null,
  plan: (stats) => ({ differences: [], result: { ansible_stats: stats } }),
  apply: () => undefined,
  finish: (_stats, _state, plan) => ({ result: plan.result, changed: false }),
};
