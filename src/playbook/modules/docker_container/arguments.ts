import type { Json, JsonObject } from '#core/json.ts';
import { splitWords } from '../../words/split.ts';
import { at, type Engine, engineArguments, engineOf, isObject, listAt, textOf, textsOf } from '../docker/engine.ts';
import { wholeName } from '../docker/image.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';
import { containerOptions } from './options.ts';

/** The arguments of `docker_container`. `output_logs`, `container_default_behavior`, `cleanup` without `detach: false` and `networks_cli_compatible` have no effect. */
export const containerArguments: Readonly<Record<string, ModuleArg>> = {
  ...engineArguments,
  ...Object.fromEntries(Object.entries(containerOptions).map(([name, { arg }]) => [name, arg])),
  name: { type: 'str', required: true },
  state: { type: 'str', default: 'started', choices: ['absent', 'present', 'stopped', 'started'] },
  image: { type: 'str' },
  command: { type: 'raw' },
  entrypoint: { type: 'list' },
  env: { type: 'dict' },
  env_file: { type: 'path' },
  networks: { type: 'list' },
  network_mode: { type: 'str' },
  purge_networks: { type: 'bool', default: false },
  mac_address: { type: 'str' },
  platform: { type: 'str' },
  restart_policy: { type: 'str', choices: ['no', 'on-failure', 'always', 'unless-stopped'] },
  restart_retries: { type: 'int' },
  stop_timeout: { type: 'int' },
  comparisons: { type: 'dict' },
  ignore_image: { type: 'bool', default: false },
  image_name_mismatch: { type: 'str', default: 'ignore', choices: ['recreate', 'ignore'] },
  pull: { type: 'raw', default: 'missing' },
  recreate: { type: 'bool', default: false },
  restart: { type: 'bool', default: false },
  paused: { type: 'bool' },
  detach: { type: 'bool', default: true },
  cleanup: { type: 'bool', default: false },
  force_kill: { type: 'bool', default: false, aliases: ['forcekill'] },
  kill_signal: { type: 'str' },
  keep_volumes: { type: 'bool', default: true },
  output_logs: { type: 'bool', default: false },
  container_default_behavior: { type: 'str', choices: ['compatibility', 'no_defaults'] },
  networks_cli_compatible: { type: 'bool', default: true },
};

/** A network a container is on. */
export interface Attachment {
  readonly name: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
  readonly aliases: readonly string[];
  readonly links: readonly string[];
}

/** How an option is compared. */
export type Comparison = 'strict' | 'ignore' | 'allow_more_present';

/** Prepared arguments of `docker_container`. */
export interface ContainerArgs {
  readonly engine: Engine;
  readonly name: string;
  readonly state: 'absent' | 'present' | 'stopped' | 'started';
  readonly image?: string;
  readonly options: JsonObject;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly envFile?: string;
  readonly networks?: readonly Attachment[];
  readonly networkMode?: string;
  readonly purge: boolean;
  readonly mac?: string;
  readonly platform?: string;
  readonly restartPolicy?: string;
  readonly stopTimeout?: number;
  readonly comparisons: Readonly<Record<string, Comparison>>;
  readonly renamed: boolean;
  readonly pull: 'always' | 'missing' | 'never';
  readonly recreate: boolean;
  readonly restart: boolean;
  readonly paused?: boolean;
  readonly waits: boolean;
  readonly cleanup: boolean;
  readonly kill?: string;
  readonly keepVolumes: boolean;
}

const commandOf = (value: Json | undefined): readonly string[] | undefined => {
  if (value === undefined || value === null) return undefined;
  const words = Array.isArray(value) ? value.map(textOf) : splitWords(textOf(value));
  if (words !== undefined) return words;
  throw wrong(
    'docker_container: the quotes in command do not match.',
    'docker_container : les guillemets de command ne vont pas ensemble.',
  );
};

const attachmentOf = (value: Json): Attachment => {
  const name = typeof value === 'string' ? value : at(value, 'name');
  if (typeof name !== 'string' || name === '')
    throw wrong(
      'docker_container: a network needs its name.',
      'docker_container : un réseau a besoin de son nom (name).',
    );
  const [ipv4, ipv6] = [at(value, 'ipv4_address'), at(value, 'ipv6_address')];
  return {
    name,
    ...(ipv4 !== null && { ipv4: textOf(ipv4) }),
    ...(ipv6 !== null && { ipv6: textOf(ipv6) }),
    aliases: listAt(value, 'aliases').map(textOf),
    links: listAt(value, 'links')
      .map(textOf)
      .map((link) => (link.includes(':') ? link : `${link}:${link}`)),
  };
};

const comparisonsOf = (args: JsonObject): Readonly<Record<string, Comparison>> => {
  const given = Object.entries(textsOf(args.comparisons)).map(([name, how]): [string, Comparison] => {
    const own = Object.entries(containerArguments).find(([, arg]) => arg.aliases?.includes(name))?.[0] ?? name;
    if (own !== '*' && containerArguments[own] === undefined)
      throw wrong(
        `docker_container: comparisons names “${name}”, which is no option of a container.`,
        `docker_container : comparisons nomme « ${name} », qui n’est pas une option d’un conteneur.`,
      );
    if (how === 'strict' || how === 'ignore' || how === 'allow_more_present') return [own, how];
    throw wrong(
      `docker_container: comparisons: ${name} must be strict, ignore or allow_more_present, not “${how}”.`,
      `docker_container : comparisons : ${name} doit être strict, ignore ou allow_more_present, pas « ${how} ».`,
    );
  });
  return {
    ...Object.fromEntries(given),
    ...(args.ignore_image === true && { image: 'ignore' as const }),
    ...(args.purge_networks === true && { networks: 'strict' as const }),
  };
};

const pullOf = (value: Json | undefined): ContainerArgs['pull'] => {
  const word = textOf(value ?? 'missing').toLowerCase();
  if (['true', 'yes', 'on', '1', 'always'].includes(word)) return 'always';
  if (['false', 'no', 'off', '0', 'missing'].includes(word)) return 'missing';
  if (word === 'never') return 'never';
  throw wrong(
    `docker_container: pull must be always, missing or never, not “${word}”.`,
    `docker_container : pull doit être always, missing ou never, pas « ${word} ».`,
  );
};

const nameOf = (value: Json | undefined): string => {
  const name = textOf(value ?? '');
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return name;
  throw wrong(
    `docker_container: “${name}” is not a container's name.`,
    `docker_container : « ${name} » n’est pas un nom de conteneur.`,
  );
};

const policyOf = (args: JsonObject): string | undefined => {
  const { restart_policy: policy, restart_retries: retries } = args;
  if (typeof policy !== 'string') return undefined;
  return policy === 'on-failure' && typeof retries === 'number' && retries > 0 ? `${policy}:${retries}` : policy;
};

const checkEnv = (env: JsonObject): void => {
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || /[=\s]/.test(name))
      throw wrong(
        `docker_container: “${name}” cannot be a variable.`,
        `docker_container : « ${name} » ne peut pas être une variable.`,
      );
    if (typeof value !== 'string')
      throw wrong(
        `docker_container: env: ${name} must be a text; put it in quotes.`,
        `docker_container : env : ${name} doit être un texte ; mettez des guillemets.`,
      );
  }
};

/** Checks the arguments and takes them apart. Throws a Fault. */
export const prepareContainer = (args: JsonObject): ContainerArgs => {
  const { image, mac_address: mac, platform, network_mode: mode, env_file: envFile } = args;
  const options = Object.fromEntries(
    Object.keys(containerOptions).flatMap((name) => (args[name] === undefined ? [] : [[name, args[name]]])),
  );
  if (args.state === 'present' && image === undefined)
    throw wrong(
      'docker_container: state present needs an image.',
      'docker_container : state present a besoin de image.',
    );
  if (isObject(args.env)) checkEnv(args.env);
  for (const [name, value] of Object.entries(options)) containerOptions[name]?.wanted(value);
  const command = commandOf(args.command);
  const policy = policyOf(args);
  return {
    engine: engineOf(args),
    name: nameOf(args.name),
    state: args.state as ContainerArgs['state'],
    options,
    ...(typeof image === 'string' && image !== '' && { image: wholeName(image) }),
    ...(command !== undefined && { command }),
    ...(Array.isArray(args.entrypoint) && { entrypoint: args.entrypoint.map(textOf) }),
    ...(isObject(args.env) && { env: textsOf(args.env) }),
    ...(typeof envFile === 'string' && { envFile }),
    ...(Array.isArray(args.networks) && { networks: args.networks.map(attachmentOf) }),
    ...(typeof mode === 'string' && { networkMode: mode }),
    purge: args.purge_networks === true,
    ...(typeof mac === 'string' && { mac: mac.replaceAll('-', ':').toLowerCase() }),
    ...(typeof platform === 'string' && { platform }),
    ...(policy !== undefined && { restartPolicy: policy }),
    ...(typeof args.stop_timeout === 'number' && { stopTimeout: args.stop_timeout }),
    comparisons: comparisonsOf(args),
    renamed: args.image_name_mismatch === 'recreate',
    pull: pullOf(args.pull),
    recreate: args.recreate === true,
    restart: args.restart === true,
    ...(typeof args.paused === 'boolean' && { paused: args.paused }),
    waits: args.detach === false,
    cleanup: args.cleanup === true,
    ...(args.force_kill === true && { kill: textOf(args.kill_signal ?? 'KILL') }),
    keepVolumes: args.keep_volumes !== false,
  };
};
