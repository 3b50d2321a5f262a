import { canonical, type Json, type JsonObject } from '#core/json.ts';
import { at, dockerBegin, listAt, objectAt, orExit, printed, textOf, textsOf } from '../docker/engine.ts';
import type { Applied, Apply, FoundDifference, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import { type NetworkArgs, networkFlags, type Pool } from './arguments.ts';

/** What the engine knows of the network. */
export interface NetworkState {
  readonly failed?: string;
  readonly network?: JsonObject;
}

const differs = (args: NetworkArgs, aspect: string, before: Json, after: Json): FoundDifference => ({
  subject: `network ${args.name}`,
  aspect,
  before,
  after,
});

const missing = (args: NetworkArgs, aspect: string, present: JsonObject, wanted: JsonObject) =>
  Object.entries(wanted)
    .filter(([name, value]) => present[name] !== value)
    .map(([name, value]) => differs(args, `${aspect} ${name}`, present[name] ?? null, value));

/* Addresses are compared as written, but IPv6 has many ways to write one. */
const address = (value: Json): string => {
  const text = textOf(value);
  const [ip = '', mask] = text.split('/');
  if (!ip.includes(':')) return text;
  const plain = URL.canParse(`http://[${ip}]/`) ? new URL(`http://[${ip}]/`).hostname : ip;
  return mask === undefined ? plain : `${plain}/${mask}`;
};

const isIn = (pool: Pool, config: Json): boolean => {
  const same = (wanted: string | undefined, name: string): boolean =>
    wanted === undefined || address(wanted) === address(at(config, name) ?? '');
  const aux = textsOf(at(config, 'AuxiliaryAddresses'));
  return (
    same(pool.subnet, 'Subnet') &&
    same(pool.gateway, 'Gateway') &&
    same(pool.range, 'IPRange') &&
    Object.entries(pool.aux).every(([name, value]) => aux[name] === value)
  );
};

const poolJson = ({ subnet, gateway, range, aux }: Pool): Json => ({
  ...(subnet !== undefined && { subnet }),
  ...(gateway !== undefined && { gateway }),
  ...(range !== undefined && { iprange: range }),
  ...(Object.keys(aux).length > 0 && { aux_addresses: aux }),
});

const ipamDifferences = (args: NetworkArgs, network: JsonObject): readonly FoundDifference[] => {
  const present = listAt(network, 'IPAM', 'Config');
  const driver = at(network, 'IPAM', 'Driver');
  const options = textsOf(at(network, 'IPAM', 'Options'));
  return [
    ...(args.ipamDriver === undefined || args.ipamDriver === driver
      ? []
      : [differs(args, 'ipam_driver', driver, args.ipamDriver)]),
    ...(args.ipamOptions === undefined || canonical(options) === canonical(args.ipamOptions)
      ? []
      : [differs(args, 'ipam_driver_options', options, args.ipamOptions)]),
    ...args.pools
      .filter((pool) => !present.some((config) => isIn(pool, config)))
      .map((pool) => differs(args, 'ipam_config', present, poolJson(pool))),
  ];
};

const otherwise = (args: NetworkArgs, network: JsonObject): readonly FoundDifference[] => [
  ...(network.Driver === args.driver ? [] : [differs(args, 'driver', network.Driver ?? null, args.driver)]),
  ...missing(args, 'driver_options', textsOf(network.Options), args.options),
  ...ipamDifferences(args, network),
  ...networkFlags.flatMap(([name, , key]) => {
    const wanted = args.flags[name];
    const present = network[key] ?? key === 'EnableIPv4';
    return wanted === undefined || wanted === present ? [] : [differs(args, name, present, wanted)];
  }),
  ...(args.scope === undefined || args.scope === network.Scope
    ? []
    : [differs(args, 'scope', network.Scope ?? null, args.scope)]),
  ...missing(args, 'labels', textsOf(network.Labels), args.labels),
];

interface Work {
  readonly remove: boolean;
  readonly make: boolean;
  readonly join: readonly string[];
  readonly leave: readonly string[];
  readonly differences: readonly FoundDifference[];
}

const members = (network: JsonObject | undefined): readonly string[] =>
  Object.values(objectAt(network, 'Containers')).map((one) => textOf(at(one, 'Name')));

const workOf = (args: NetworkArgs, { network }: NetworkState): Work => {
  const inside = members(network);
  const out = (names: readonly string[]) =>
    names.map((name) => differs(args, `container ${name}`, 'connected', 'absent'));
  if (args.absent) {
    const gone = [differs(args, 'state', 'present', 'absent')];
    return network === undefined
      ? { remove: false, make: false, join: [], leave: [], differences: [] }
      : { remove: true, make: false, join: [], leave: inside, differences: [...out(inside), ...gone] };
  }
  const why = network === undefined ? [] : otherwise(args, network);
  const make = network === undefined || why.length > 0 || args.force;
  const wanted = args.connected ?? inside;
  const leave = make ? inside : args.appends ? [] : inside.filter((name) => !wanted.includes(name));
  const join = make ? wanted : wanted.filter((name) => !inside.includes(name));
  const made = differs(
    args,
    'state',
    network === undefined ? 'absent' : 'present',
    network === undefined ? 'present' : 'created anew',
  );
  const sealed = JSON.stringify(args);
  return {
    remove: make && network !== undefined,
    make,
    join,
    leave,
    differences: [
      ...why,
      ...(make ? [{ ...made, sealed }] : []),
      ...join
        .filter((name) => !inside.includes(name))
        .map((name) => differs(args, `container ${name}`, 'absent', 'connected')),
      ...out(inside.filter((name) => !join.includes(name) && leave.includes(name))),
    ],
  };
};

/** Compares what is there with what is wanted. */
export const planNetwork = (args: NetworkArgs, state: NetworkState): ModulePlan => {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  return { differences: workOf(args, state).differences, result: args.absent ? {} : { network: state.network ?? {} } };
};

const createWords = (args: NetworkArgs): readonly string[] => [
  `--driver=${args.driver}`,
  ...Object.entries(args.options).map(([name, value]) => `--opt=${name}=${value}`),
  ...(args.ipamDriver === undefined ? [] : [`--ipam-driver=${args.ipamDriver}`]),
  ...Object.entries(args.ipamOptions ?? {}).map(([name, value]) => `--ipam-opt=${name}=${value}`),
  ...args.pools.flatMap(({ subnet, gateway, range, aux }) => [
    ...(subnet === undefined ? [] : [`--subnet=${subnet}`]),
    ...(gateway === undefined ? [] : [`--gateway=${gateway}`]),
    ...(range === undefined ? [] : [`--ip-range=${range}`]),
    ...Object.entries(aux).map(([name, value]) => `--aux-address=${name}=${value}`),
  ]),
  /* Docker older than 27 does not know --ipv4. */
  ...networkFlags.flatMap(([name, flag, key]) => {
    const wanted = args.flags[name];
    if (key === 'EnableIPv4') return wanted === false ? ['--ipv4=false'] : [];
    return wanted === true ? [flag] : [];
  }),
  ...(args.scope === undefined ? [] : [`--scope=${args.scope}`]),
  ...Object.entries(args.labels).map(([name, value]) => `--label=${name}=${value}`),
];

/** Lets containers go, removes, creates, connects. */
export const applyNetwork = (
  args: NetworkArgs,
  state: NetworkState,
  plan: ModulePlan,
  quote: Quote,
): Apply | undefined => {
  if (plan.differences.length === 0) return undefined;
  const work = workOf(args, state);
  const name = quote(args.name);
  const lines = [
    dockerBegin(args.engine, quote),
    ...work.leave.map((one) => orExit(`dk network disconnect ${name} ${quote(one)}`)),
    ...(work.remove ? [orExit(`dk network rm -- ${name} >/dev/null`)] : []),
    ...(work.make ? [orExit(`dk network create ${createWords(args).map(quote).join(' ')} -- ${name} >/dev/null`)] : []),
    ...work.join.map((one) => orExit(`dk network connect ${name} ${quote(one)}`)),
    ...(args.absent ? [] : [`dk network inspect ${name}`]),
  ];
  return { script: lines.join('\n') };
};

/** The return values once Docker obeyed. */
export const finishNetwork = (args: NetworkArgs, plan: ModulePlan, applied: Applied): ModuleResult => {
  if (applied.code === 0)
    return { result: args.absent ? {} : { network: printed(applied.stdout) ?? {} }, changed: true };
  const msg = `docker_network ${args.name}: ${failureOf({ ...applied, stdout: '' })}`;
  return { result: { ...plan.result, msg }, changed: false, failed: msg };
};
