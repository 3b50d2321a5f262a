import { dirname, resolve } from 'node:path';
import type { Json, JsonObject } from '#core/json.ts';
import type { Inventory } from '#playbook/inventory/inventory.ts';
import type { VariableLayer } from '#playbook/inventory/layers.ts';
import {
  type Layer,
  layeredScope,
  lazy,
  type Scope,
  type TemplateEnv,
  type Unknown,
} from '#playbook/templates/index.ts';
import { type Play, type Role, type Task, type Vars, type Written, withDependencies } from '#playbook/tree.ts';
import { unprefixed } from './gather.ts';
import type { PlayGoing } from './going.ts';
import { type HostState, newHostState } from './host-state.ts';
import { asksFor, guardNames } from './typed/names.ts';
import type { Uses } from './uses/uses.ts';
import type { ScopeOf, Walk } from './walk.ts';

/** What all scopes of a walk share. */
export interface SharedVariables {
  /** As it is now: tasks may regroup it. */
  inventory(): Inventory;
  readonly uses: Uses;
  readonly env: TemplateEnv;
  /** Typed by people or given by a plugin, as a play has them: values, never templates. */
  extra(play: Play): JsonObject;
  /** Those of them that a person named. */
  readonly typed: readonly string[];
  /** What any play asks for. */
  readonly prompted: readonly string[];
  readonly omit: string;
  /** The playbooks folder and the playbook in it. */
  readonly root: string;
  readonly playbook: string;
  states(): ReadonlyMap<string, HostState>;
}

/** What templates write on top of files; an inventory may say it otherwise. */
const usual: Layer = { ansible_managed: 'Ansible managed' };

/** Something made of a play, once. */
function createOnce<T>(): (play: Play, make: () => T) => T {
  const made = new WeakMap<Play, T>();
  return (play, make) => {
    const known = made.get(play) ?? make();
    made.set(play, known);
    return known;
  };
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

/** What is no longer what it was when the run was planned, above what it is now: nothing of it may be used. */
function changedLayer(uses: Uses, host: string, inventory: Inventory): readonly Layer[] {
  const names = uses.changedVariables(host, inventory);
  return names.length === 0 ? [] : [lateValues(names, (name) => uses.drifted(`${host}: ${name}`))];
}

/** The layers of each host, made once for each inventory. */
function createLayers(
  marked: (written: Readonly<Record<string, Written>>) => Layer,
  uses: Uses,
): (inventory: Inventory, host: string) => readonly Layer[] {
  const known = new WeakMap<Inventory, Map<string, readonly Layer[]>>();
  const made = ({ values, plain }: VariableLayer): Layer =>
    plain ? Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value])) : marked(values);
  return (inventory, host) => {
    const hosts = known.get(inventory) ?? new Map<string, readonly Layer[]>();
    known.set(inventory, hosts);
    const layers = hosts.get(host) ?? [...inventory.variables(host).map(made), ...changedLayer(uses, host, inventory)];
    hosts.set(host, layers);
    return layers;
  };
}

/** Values by name, each made when it is asked for. */
function lateValues(names: Iterable<string>, make: (name: string) => Json | Unknown | undefined): JsonObject {
  const all: Record<string, Json> = {};
  for (const name of names) Object.defineProperty(all, name, { enumerable: true, get: () => make(name) });
  return all;
}

/**
 * Variables in Ansible's order, weakest first: role defaults, inventory, facts, play vars, `vars_files`, role vars, block
 * and task vars, `include_vars`, set facts and registered values, role parameters, extra vars; above them the loop's and
 * the magic ones.
 */
export function createScopes(shared: SharedVariables): Pick<Walk, 'scopeOf' | 'scopeThere'> {
  const { inventory, env, extra, typed, prompted, states } = shared;
  const marked = createMarker();
  const once = createOnce<Vars>();
  const layers = createLayers(marked, shared.uses);
  const inventoryLayers = (host: string): readonly Layer[] => layers(inventory(), host);
  const magic = magicOf(shared);

  const promptsOf = (play: Play): Layer =>
    marked(
      once(play, () =>
        Object.fromEntries(play.prompts.flatMap((one) => (one.default ? [[one.name, one.default] as const] : []))),
      ),
    );

  const unasked = typed.filter((name) => !prompted.includes(name));

  const hostScope = (state: HostState, play: Play): Scope => {
    const inventoried = inventoryLayers(state.host.name);
    guardNames(unasked, inventoried);
    guardNames(typed, [state.told, state.known]);
    return layeredScope(
      [...inventoried, state.gathered ?? {}, state.told, state.known, extra(play), magic(state, undefined, undefined)],
      env,
    );
  };

  const variablesOf = (name: string, play: Play): JsonObject => {
    const host = inventory().host(name);
    const state = states().get(name) ?? (host && newHostState(host));
    if (!state) return {};
    const scope = hostScope(state, play);
    return lateValues(scope.names(), (variable) => scope.get(variable));
  };

  // In a layer, so that variables made of it see it as well; a getter, so that it is made only for who asks.
  const everyHost = (play: Play): Layer => ({
    get hostvars() {
      return lateValues(inventory().hostsOf('all'), (name) => variablesOf(name, play));
    },
  });

  const rolesOf = (going: PlayGoing, task: Task | undefined): readonly Role[] => [
    ...going.roles,
    ...(task?.role ? withDependencies(task.role) : []),
  ];

  const scoped = (guarded: boolean, ...[state, going, task, more]: Parameters<ScopeOf>): Scope => {
    const roles = rolesOf(going, task);
    const inventoried = inventoryLayers(state.host.name);
    const ofPlay = marked(going.play.vars);
    const above = [
      marked(state.varsFiles),
      ...roles.map((role) => marked(role.vars)),
      ...(task ? [marked(task.vars)] : []),
      marked(state.included),
      state.known,
      ...(task?.role ? [marked(task.role.params)] : []),
    ];
    if (guarded && typed.length > 0) {
      guardNames(
        typed.filter((name) => !asksFor(going.play, name)),
        [...inventoried, ofPlay],
      );
      guardNames(typed, [state.told, ...above]);
    }
    return layeredScope(
      [
        usual,
        ...roles.map((role) => marked(role.defaults)),
        ...inventoried,
        state.gathered ?? {},
        state.told,
        ofPlay,
        promptsOf(going.play),
        ...above,
        extra(going.play),
        more,
        magic(state, going, task),
        everyHost(going.play),
      ],
      env,
    );
  };

  // What was typed is looked at where the task itself is: there it may stand above what another host has under its name.
  return { scopeOf: (...of) => scoped(true, ...of), scopeThere: (...of) => scoped(false, ...of) };
}

const factsOf = ({ gathered, told }: HostState): Layer =>
  gathered === undefined && Object.keys(told).length === 0
    ? {}
    : { ansible_facts: unprefixed({ ...gathered, ...told }) as JsonObject }; // what is unknown in it says so when it is read

/** The roles a play names itself: not those they depend on. */
const namesOf = (roles: readonly Role[]): readonly string[] => {
  const needed = new Set(roles.flatMap((role) => role.dependencies.flatMap(withDependencies)));
  return roles.filter((role) => !needed.has(role)).map((role) => role.name);
};

const groupsMade = new WeakMap<Inventory, JsonObject>();

/** `groups`, made once for each inventory. */
const groupsOf = (inventory: Inventory): JsonObject => {
  const groups = groupsMade.get(inventory) ?? inventory.groupHosts();
  groupsMade.set(inventory, groups);
  return groups;
};

/** The groups; one that has other hosts than when the run was planned may not be used. */
const unchanged = (groups: JsonObject, uses: Uses): JsonObject =>
  Object.keys(groups).some(uses.isOtherGroup)
    ? lateValues(Object.keys(groups), (name) =>
        uses.isOtherGroup(name) ? uses.drifted(`the group ${name}`) : groups[name],
      )
    : groups;

/** The variables Ansible gives by itself. */
function magicOf(
  shared: SharedVariables,
): (state: HostState, going: PlayGoing | undefined, task: Task | undefined) => Layer {
  const names = (states: readonly HostState[] | undefined): readonly string[] =>
    (states ?? []).filter((state) => state.taking).map((state) => state.host.name);
  const fixed = {
    // A plan says what a run will do: to the playbook it is one.
    ansible_check_mode: false,
    ansible_diff_mode: true,
    ansible_version: { full: '2.14.0', major: 2, minor: 14, revision: 0, string: '2.14.0' },
    playbook_dir: dirname(resolve(shared.root, shared.playbook)),
    inventory_dir: shared.inventory().folder,
    omit: shared.omit,
  };
  return (state, going, task) => {
    const { name } = state.host;
    const here = dirname(resolve(shared.root, task?.file ?? going?.play.file ?? shared.playbook));
    return {
      ...fixed,
      ansible_search_path: [...(task?.role ? [resolve(shared.root, task.role.folder)] : []), here],
      inventory_hostname: name,
      inventory_hostname_short: name.split('.')[0] ?? name,
      ansible_host: state.host.address,
      // Getters: a list of a thousand hosts is made only for who asks.
      get groups() {
        return unchanged(groupsOf(shared.inventory()), shared.uses);
      },
      get group_names() {
        return (shared.inventory().host(name) ?? state.host).groups;
      },
      get ansible_play_hosts() {
        return names(going?.everyone);
      },
      get ansible_play_batch() {
        return names(going?.states);
      },
      get play_hosts() {
        return names(going?.states);
      },
      get ansible_play_hosts_all() {
        return (going?.everyone ?? []).map((one) => one.host.name);
      },
      ...(going ? { ansible_play_name: going.name, ansible_play_role_names: namesOf(going.roles) } : {}),
      ...(task?.role
        ? {
            role_name: task.role.name,
            ansible_role_name: task.role.name,
            role_path: resolve(shared.root, task.role.folder),
          }
        : {}),
      ...factsOf(state),
    };
  };
}
