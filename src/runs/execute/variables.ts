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
  /** The names of a play's hosts. */
  hostsOf(play: Play): readonly string[];
}

/** What was written, marked as such; once for each mapping, since every step of every host asks for it. */
function createMarker(): (written: Readonly<Record<string, Written>>) => Layer {
  const marked = new WeakMap<object, Layer>();
  return (written) => {
    const known = marked.get(written);
    if (known) return known;
    const layer = Object.fromEntries(Object.entries(written).map(([name, value]) => [name, lazy(value)]));
    marked.set(written, layer);
    return layer;
  };
}

/** Values by name, each made when it is asked for. */
function lateValues(names: Iterable<string>, make: (name: string) => Json | Unknown | undefined): JsonObject {
  const all: Record<string, Json> = {};
  for (const name of names) Object.defineProperty(all, name, { enumerable: true, get: () => make(name) });
  return all;
}

/**
 * Variables in Ansible's order, weakest first: inventory, facts, play vars, task vars, set facts and registered values,
 * extra vars; above them the loop's and the magic ones.
 */
export function createScopes(shared: SharedVariables): ScopeOf {
  const { inventory, env, extra, states } = shared;
  const marked = createMarker();
  const layers = new Map<string, readonly Layer[]>();
  const inventoryLayers = (host: string): readonly Layer[] => {
    const known = layers.get(host) ?? inventory.variables(host).map((layer) => marked(layer.values));
    layers.set(host, known);
    return known;
  };
  const magic = magicOf(shared);

  const hostScope = (state: HostState): Scope =>
    layeredScope(
      [...inventoryLayers(state.host.name), state.gathered ?? {}, state.known, extra, magic(state, undefined)],
      env,
    );

  const variablesOf = (name: string): JsonObject => {
    const host = inventory.host(name);
    const state = states().get(name) ?? (host && newHostState(host));
    if (!state) return {};
    const scope = hostScope(state);
    return lateValues(scope.names(), (variable) => scope.get(variable));
  };

  const names = inventory.hosts().map((host) => host.name);
  // In a layer, so that variables made of it see it as well; a getter, so that it is made only for who asks.
  const everyHost: Layer = {
    get hostvars() {
      return lateValues(names, variablesOf);
    },
  };

  return (state, play, task, more: Readonly<Record<string, Json | Unknown>>) =>
    layeredScope(
      [
        ...inventoryLayers(state.host.name),
        state.gathered ?? {},
        marked(play.vars),
        ...(task ? [marked(task.vars)] : []),
        state.known,
        extra,
        more,
        magic(state, play),
        everyHost,
      ],
      env,
    );
}

/** The variables Ansible gives by itself. */
function magicOf(shared: SharedVariables): (state: HostState, play: Play | undefined) => Layer {
  const groups = shared.inventory.groupHosts();
  const hostsOf = (play: Play | undefined): readonly string[] =>
    (play ? shared.hostsOf(play) : []).filter((name) => shared.states().get(name)?.taking);
  const fixed = {
    groups,
    ansible_check_mode: shared.checkMode,
    playbook_dir: dirname(resolve(shared.root, shared.playbook)),
    inventory_dir: shared.inventory.folder,
    omit: shared.omit,
  };
  return (state, play) => {
    const { name } = state.host;
    return {
      ...fixed,
      inventory_hostname: name,
      inventory_hostname_short: name.split('.')[0] ?? name,
      group_names: state.host.groups,
      ansible_host: state.host.address,
      // Getters: a list of a thousand hosts is made only for who asks.
      get ansible_play_hosts() {
        return hostsOf(play);
      },
      get play_hosts() {
        return hostsOf(play);
      },
      ...(play ? { ansible_play_name: play.name.value } : {}),
      ...(state.gathered ? { ansible_facts: unprefixed(state.gathered) } : {}),
    };
  };
}
