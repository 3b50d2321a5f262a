import { dirname, resolve } from 'node:path';
import type { Json, JsonObject } from '#core/json.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import {
  type Layer,
  layeredScope,
  lazy,
  type Scope,
  type TemplateEnv,
  type Unknown,
} from '#playbook/templates/index.ts';
import type { Play, Written } from '#playbook/tree.ts';
import { unprefixed } from './gather.ts';
import { type HostState, newHostState } from './host-state.ts';
import type { ScopeOf } from './walk.ts';

/** What all scopes of a walk share. */
export interface SharedVariables {
  readonly inventory: Inventory;
  readonly env: TemplateEnv;
  /** Typed by people or given by a plugin: values, never templates. */
  readonly extra: JsonObject;
  readonly omit: string;
  readonly checkMode: boolean;
  /** The playbooks folder and the playbook in it. */
  readonly root: string;
  readonly playbook: string;
  states(): ReadonlyMap<string, HostState>;
}

const lazily = (written: Readonly<Record<string, Written>>): Layer =>
  Object.fromEntries(Object.entries(written).map(([name, value]) => [name, lazy(value)]));

/**
 * Variables in Ansible's order, weakest first: inventory, facts, play vars, task vars, set facts and registered values,
 * extra vars; above them the loop's and the magic ones.
 */
export function createScopes(shared: SharedVariables): ScopeOf {
  const inventoryLayers = new Map<string, readonly Layer[]>();
  const layersOf = (host: string): readonly Layer[] => {
    const known = inventoryLayers.get(host);
    if (known) return known;
    const layers = shared.inventory.variables(host).map((layer) => lazily(layer.values));
    inventoryLayers.set(host, layers);
    return layers;
  };
  const groups = shared.inventory.groupHosts();

  const withHostvars = (scope: Scope): Scope => ({
    get: (name) => (name === 'hostvars' ? hostvars() : scope.get(name)),
    names: () => scope.names(),
    textual: (name) => scope.textual?.(name) === true,
  });

  const magic = (state: HostState, play: Play | undefined): Layer => ({
    inventory_hostname: state.host.name,
    inventory_hostname_short: state.host.name.split('.')[0] ?? state.host.name,
    group_names: state.host.groups,
    groups,
    ...(play ? { ansible_play_name: play.name.value } : {}),
    ansible_play_hosts: [...shared.states().values()].filter((one) => one.taking).map((one) => one.host.name),
    play_hosts: [...shared.states().values()].filter((one) => one.taking).map((one) => one.host.name),
    ansible_check_mode: shared.checkMode,
    ansible_host: state.host.address,
    playbook_dir: dirname(resolve(shared.root, shared.playbook)),
    inventory_dir: shared.inventory.folder,
    omit: shared.omit,
    ...(state.gathered ? { ansible_facts: unprefixed(state.gathered) } : {}),
  });

  const hostScope = (state: HostState): Scope =>
    layeredScope(
      [...layersOf(state.host.name), state.gathered ?? {}, state.known, shared.extra, magic(state, undefined)],
      shared.env,
    );

  /** Every host's variables, each looked up when it is used. */
  const hostvars = (): Json => {
    const all: Record<string, Json> = {};
    for (const host of shared.inventory.hosts()) {
      Object.defineProperty(all, host.name, { enumerable: true, get: () => variablesOf(host.name) });
    }
    return all;
  };

  const variablesOf = (name: string): Json => {
    const host = shared.inventory.host(name);
    const state = shared.states().get(name) ?? (host && newHostState(host));
    const scope = state && hostScope(state);
    const all: Record<string, Json> = {};
    for (const variable of scope?.names() ?? []) {
      Object.defineProperty(all, variable, { enumerable: true, get: () => scope?.get(variable) });
    }
    return all;
  };

  return (state, play, task, more: Readonly<Record<string, Json | Unknown>>) =>
    withHostvars(
      layeredScope(
        [
          ...layersOf(state.host.name),
          state.gathered ?? {},
          lazily(play.vars),
          lazily(task?.vars ?? {}),
          state.known,
          shared.extra,
          more,
          magic(state, play),
        ],
        shared.env,
      ),
    );
}
