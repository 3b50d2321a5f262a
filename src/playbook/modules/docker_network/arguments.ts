import type { Json, JsonObject } from '#core/json.ts';
import { at, type Engine, engineArguments, engineOf, listAt, textOf, textsOf } from '../docker/engine.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `docker_network`. */
export const networkArguments: Readonly<Record<string, ModuleArg>> = {
  ...engineArguments,
  name: { type: 'str', required: true, aliases: ['network_name'] },
  state: { type: 'str', default: 'present', choices: ['present', 'absent'] },
  driver: { type: 'str', default: 'bridge' },
  driver_options: { type: 'dict', default: {} },
  ipam_driver: { type: 'str' },
  ipam_driver_options: { type: 'dict' },
  ipam_config: { type: 'list' },
  enable_ipv4: { type: 'bool' },
  enable_ipv6: { type: 'bool' },
  internal: { type: 'bool' },
  attachable: { type: 'bool' },
  scope: { type: 'str', choices: ['local', 'global', 'swarm'] },
  labels: { type: 'dict', default: {} },
  connected: { type: 'list', aliases: ['containers'] },
  appends: { type: 'bool', default: false, aliases: ['incremental'] },
  force: { type: 'bool', default: false },
};

type Texts = Readonly<Record<string, string>>;

/** A range of addresses. */
export interface Pool {
  readonly subnet?: string;
  readonly gateway?: string;
  readonly range?: string;
  readonly aux: Texts;
}

/** Prepared arguments of `docker_network`. */
export interface NetworkArgs {
  readonly engine: Engine;
  readonly name: string;
  readonly absent: boolean;
  readonly driver: string;
  readonly options: Texts;
  readonly ipamDriver?: string;
  readonly ipamOptions?: Texts;
  readonly pools: readonly Pool[];
  readonly flags: Readonly<Record<string, boolean>>;
  readonly scope?: string;
  readonly labels: Texts;
  readonly connected?: readonly string[];
  readonly appends: boolean;
  readonly force: boolean;
}

/** The names of what is true or false of a network: our argument, the option of the command, Docker's own. */
export const networkFlags = [
  ['enable_ipv4', '--ipv4', 'EnableIPv4'],
  ['enable_ipv6', '--ipv6', 'EnableIPv6'],
  ['internal', '--internal', 'Internal'],
  ['attachable', '--attachable', 'Attachable'],
] as const;

const poolOf = (value: Json): Pool => {
  const part = (name: string, as: string): Record<string, string> => {
    const one = at(value, name);
    return one === null ? {} : { [as]: textOf(one) };
  };
  return {
    ...part('subnet', 'subnet'),
    ...part('gateway', 'gateway'),
    ...part('iprange', 'range'),
    aux: textsOf(at(value, 'aux_addresses')),
  };
};

/* Docker itself says yes and no in lower case, whatever YAML made of it. */
const optionsOf = (value: Json | undefined): Texts => textsOf(value ?? {});

/** Checks the arguments. Throws a Fault for a name that cannot be. */
export const prepareNetwork = (args: JsonObject): NetworkArgs => {
  const name = textOf(args.name ?? '');
  if (!/^[a-zA-Z0-9][\w. -]*$/.test(name))
    throw wrong(
      `docker_network: “${name}” is not a network's name.`,
      `docker_network : « ${name} » n’est pas un nom de réseau.`,
    );
  const { ipam_driver: ipamDriver, scope } = args;
  const connected = listAt(args, 'connected').map(textOf);
  return {
    engine: engineOf(args),
    name,
    absent: args.state === 'absent',
    driver: textOf(args.driver ?? 'bridge'),
    options: optionsOf(args.driver_options),
    ...(typeof ipamDriver === 'string' && { ipamDriver }),
    ...(args.ipam_driver_options !== undefined && { ipamOptions: textsOf(args.ipam_driver_options) }),
    pools: listAt(args, 'ipam_config').map(poolOf),
    flags: Object.fromEntries(
      networkFlags.flatMap(([flag]) => (typeof args[flag] === 'boolean' ? [[flag, args[flag]]] : [])),
    ),
    ...(typeof scope === 'string' && { scope }),
    labels: textsOf(args.labels),
    ...(connected.length > 0 && { connected }),
    appends: args.appends === true,
    force: args.force === true,
  };
};
