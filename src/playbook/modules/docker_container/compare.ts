import { canonical, type Json } from '#core/json.ts';
import { at, isObject, listAt, objectAt, textOf } from '../docker/engine.ts';
import type { FoundDifference } from '../module.ts';
import type { Attachment, Comparison, ContainerArgs } from './arguments.ts';
import { containerOptions, type Kind } from './options.ts';
import type { ContainerState } from './probe.ts';

const defaults: Readonly<Record<Kind, Comparison>> = {
  value: 'strict',
  list: 'strict',
  set: 'allow_more_present',
  dict: 'allow_more_present',
};

const items = (value: Json): readonly string[] => listAt({ value }, 'value').map(canonical);

const isWithin = (wanted: Json, present: Json, kind: Kind): boolean => {
  if (kind === 'list') {
    const list = items(present);
    let from = 0;
    return items(wanted).every((item) => {
      from = list.indexOf(item, from) + 1;
      return from > 0;
    });
  }
  if (kind === 'set') return items(wanted).every((item) => items(present).includes(item));
  if (isObject(wanted) && isObject(present))
    return Object.entries(wanted).every(([key, value]) => canonical(value) === canonical(present[key] ?? null));
  return canonical(wanted) === canonical(present);
};

const matches = (wanted: Json, present: Json, kind: Kind, how: Comparison): boolean => {
  if (how === 'ignore') return true;
  if (how === 'allow_more_present') return isWithin(wanted, present, kind);
  if (kind === 'set') return isWithin(wanted, present, kind) && isWithin(present, wanted, kind);
  return canonical(wanted) === canonical(present);
};

const howOf = (args: ContainerArgs, name: string, kind: Kind): Comparison => {
  const all = args.comparisons['*'];
  const usable = all === 'allow_more_present' && kind === 'value' ? undefined : all;
  return args.comparisons[name] ?? usable ?? defaults[kind];
};

/** A difference of the container itself. */
export const differs = (args: ContainerArgs, aspect: string, before: Json, after: Json): FoundDifference => ({
  subject: `container ${args.name}`,
  aspect,
  before,
  after,
});

const optionDifferences = (args: ContainerArgs, state: ContainerState, updates: boolean): readonly FoundDifference[] =>
  Object.entries(args.options).flatMap(([name, value]) => {
    const option = containerOptions[name];
    if (option === undefined || (option.updates === true) !== updates) return [];
    const present = option.present(state.container ?? null);
    const how = howOf(args, name, option.kind);
    const own = option.wanted(value);
    const inherited = how === 'strict' && option.inherited !== undefined ? option.inherited(state.image ?? null) : {};
    const wanted = isObject(own) && isObject(inherited) ? { ...inherited, ...own } : own;
    return matches(wanted, present, option.kind, how) ? [] : [differs(args, name, present, own)];
  });

/** The variables a task names, its file's first. */
export const variablesOf = (args: ContainerArgs, state: ContainerState): ReadonlyMap<string, string> =>
  new Map([
    ...state.file.map((line): [string, string] => [
      line.slice(0, line.indexOf('=')),
      line.slice(line.indexOf('=') + 1),
    ]),
    ...Object.entries(args.env ?? {}),
  ]);

const presentVariables = (value: Json): ReadonlyMap<string, string> =>
  new Map(
    listAt({ value }, 'value')
      .map(textOf)
      .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/* A variable may be a password: its value is compared, and never shown. */
const envDifferences = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => {
  const how = howOf(args, 'env', 'set');
  if ((args.env === undefined && args.envFile === undefined) || how === 'ignore') return [];
  const present = presentVariables(at(state.container, 'Config', 'Env'));
  const inherited = presentVariables(at(state.image, 'Config', 'Env'));
  const wanted = new Map([...inherited, ...variablesOf(args, state)]);
  const missing = [...wanted].filter(([name, value]) => present.get(name) !== value);
  const extra = how === 'strict' ? [...present.keys()].filter((name) => !wanted.has(name)) : [];
  return [
    ...missing.map(([name, value]) => ({
      ...differs(args, `env ${name}`, present.has(name) ? 'another value' : 'absent', 'set'),
      sealed: value,
    })),
    ...extra.map((name) => differs(args, `env ${name}`, 'set', 'absent')),
  ];
};

const argvDifferences = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => {
  const words = (name: string): readonly string[] => listAt(state.container, 'Config', name).map(textOf);
  const { command, entrypoint } = args;
  /* The docker command takes one word as entry point and puts the others before the command's: together they are the same. */
  if (entrypoint !== undefined && entrypoint.length > 0) {
    const present = [...words('Entrypoint'), ...words('Cmd')];
    const wanted = [...entrypoint, ...(command ?? [])];
    if (howOf(args, 'entrypoint', 'list') === 'ignore' || howOf(args, 'command', 'list') === 'ignore') return [];
    return canonical(present) === canonical(wanted) ? [] : [differs(args, 'entrypoint', present, wanted)];
  }
  if (command === undefined || command.length === 0) return [];
  return matches(command, words('Cmd'), 'list', howOf(args, 'command', 'list'))
    ? []
    : [differs(args, 'command', words('Cmd'), command)];
};

/** The network a container begins on: as with the docker command, the first of its networks. */
export const firstNetwork = (args: ContainerArgs): string | undefined => args.networkMode ?? args.networks?.[0]?.name;

const modeDifferences = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => {
  const wanted = firstNetwork(args);
  if (wanted === undefined || howOf(args, 'network_mode', 'value') === 'ignore') return [];
  const present = textOf(at(state.container, 'HostConfig', 'NetworkMode') ?? 'default');
  const same = (name: string): string => (name === 'default' ? 'bridge' : name);
  const other = state.shared === undefined ? wanted : `container:${state.shared}`;
  return [wanted, other].map(same).includes(same(present)) ? [] : [differs(args, 'network_mode', present, wanted)];
};

const plainDifferences = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => {
  const own = (name: string, wanted: string | number | undefined, present: Json): readonly FoundDifference[] =>
    wanted === undefined || howOf(args, name, 'value') === 'ignore' || present === wanted
      ? []
      : [differs(args, name, present, wanted)];
  const { container } = state;
  const mac = at(container, 'Config', 'MacAddress') ?? '';
  const told = args.comparisons.stop_timeout === 'strict' ? args.stopTimeout : undefined;
  return [...own('mac_address', args.mac, mac), ...own('stop_timeout', told, at(container, 'Config', 'StopTimeout'))];
};

/** Differences for which a container is made anew. */
export const remakes = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => [
  ...argvDifferences(args, state),
  ...envDifferences(args, state),
  ...modeDifferences(args, state),
  ...plainDifferences(args, state),
  ...optionDifferences(args, state, false),
];

const policyDifferences = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => {
  const policy = objectAt(state.container, 'HostConfig', 'RestartPolicy');
  const name = textOf(policy.Name ?? '') || 'no';
  const count = Number(policy.MaximumRetryCount ?? 0);
  const present = count > 0 ? `${name}:${count}` : name;
  if (args.restartPolicy === undefined || howOf(args, 'restart_policy', 'value') === 'ignore') return [];
  return present === args.restartPolicy ? [] : [differs(args, 'restart_policy', present, args.restartPolicy)];
};

/** Differences a container that is there can be given. */
export const updates = (args: ContainerArgs, state: ContainerState): readonly FoundDifference[] => [
  ...policyDifferences(args, state),
  ...optionDifferences(args, state, true),
];

const isAttached = (wanted: Attachment, present: Json): boolean => {
  if (!isObject(present)) return false;
  const address = objectAt(present, 'IPAMConfig');
  const has = (name: string, list: readonly string[]): boolean =>
    list.every((one) => listAt(present, name).map(textOf).includes(one));
  return (
    (wanted.ipv4 === undefined || wanted.ipv4 === address.IPv4Address) &&
    (wanted.ipv6 === undefined || wanted.ipv6 === address.IPv6Address) &&
    has('Aliases', wanted.aliases) &&
    has('Links', wanted.links)
  );
};

/** What is to be joined and left. */
export interface Joining {
  readonly join: readonly Attachment[];
  /** Networks to be left first: those joined in another way, and those that are too many. */
  readonly leave: readonly string[];
}

/** The networks to join and to leave. */
export const joining = (args: ContainerArgs, state: ContainerState): Joining => {
  const present = objectAt(state.container, 'NetworkSettings', 'Networks');
  const wanted = args.networks ?? [];
  if (args.networks === undefined || args.comparisons.networks === 'ignore') return { join: [], leave: [] };
  const join = wanted.filter((one) => !isAttached(one, present[one.name] ?? null));
  const known = new Set(wanted.map((one) => one.name));
  const extra = args.comparisons.networks === 'strict' ? Object.keys(present).filter((name) => !known.has(name)) : [];
  return { join, leave: [...join.map((one) => one.name).filter((name) => present[name] !== undefined), ...extra] };
};
