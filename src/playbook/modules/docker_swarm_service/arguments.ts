import type { Json, JsonObject } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';
import { splitWords } from '../../words/split.ts';
import { type Engine, engineArguments, engineOf, isObject, listAt, textOf } from '../docker/engine.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';
import { wantedOf } from './options.ts';

const str = { type: 'str' } as const;
const bool = { type: 'bool' } as const;
const list = { type: 'list' } as const;
const dict = { type: 'dict' } as const;

const resolving = (value: Json): Text | undefined =>
  value === true
    ? t(
        'resolve_image asks a registry each time, which no plan can foresee; name the image with its digest',
        'resolve_image interroge un registre à chaque fois, ce qu’aucun plan ne peut prévoir ; nommez l’image avec son empreinte (digest)',
      )
    : undefined;

/** The arguments of `docker_swarm_service`. */
export const serviceArguments: Readonly<Record<string, ModuleArg>> = {
  ...engineArguments,
  name: { ...str, required: true },
  image: str,
  state: { ...str, default: 'present', choices: ['present', 'absent'] },
  mode: { ...str, default: 'replicated', choices: ['replicated', 'global'] },
  replicas: { type: 'int', default: -1 },
  force_update: { ...bool, default: false },
  resolve_image: { ...bool, default: false, refuse: resolving },
  args: list,
  command: { type: 'raw' },
  env: { type: 'raw' },
  env_files: list,
  ...{ cap_add: list, cap_drop: list, configs: list, secrets: list, mounts: list, networks: list, publish: list },
  ...{ dns: list, dns_search: list, dns_options: list, groups: list },
  ...{ container_labels: dict, labels: dict, hosts: dict, healthcheck: dict, limits: dict, logging: dict },
  ...{ placement: dict, reservations: dict, restart_config: dict, rollback_config: dict, update_config: dict },
  endpoint_mode: { ...str, choices: ['vip', 'dnsrr'] },
  ...{ hostname: str, stop_grace_period: str, stop_signal: str, user: str, working_dir: str },
  ...{ init: bool, read_only: bool, tty: bool },
};

/** Prepared arguments of `docker_swarm_service`. */
export interface ServiceArgs {
  readonly engine: Engine;
  readonly name: string;
  readonly absent: boolean;
  readonly image: string;
  readonly mode: 'replicated' | 'global';
  /** Undefined where the number stays as it is. */
  readonly replicas?: number;
  readonly force: boolean;
  readonly wanted: JsonObject;
  readonly env?: Readonly<Record<string, string>>;
  readonly envFiles: readonly string[];
}

const commandOf = (value: Json): readonly string[] => {
  const words = Array.isArray(value) ? value.map(textOf) : splitWords(textOf(value));
  if (words !== undefined) return words;
  throw wrong(
    'docker_swarm_service: the quotes in command do not match.',
    'docker_swarm_service : les guillemets de command ne vont pas ensemble.',
  );
};

const pairOf = (line: string): readonly [string, Json] => {
  const at = line.indexOf('=');
  return at < 0 ? [line, null] : [line.slice(0, at), line.slice(at + 1)];
};

function envOf(value: Json | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  const lines = typeof value === 'string' ? value.split(',') : listAt({ value }, 'value').map(textOf);
  const pairs = isObject(value) ? Object.entries(value) : lines.map(pairOf);
  return Object.fromEntries(
    pairs.map(([name, one]) => {
      if (typeof one === 'string' && name !== '' && !/[=\s\0]/.test(name)) return [name, one];
      throw wrong(
        `docker_swarm_service: env: “${name}” must be a name with a text; put the text in quotes.`,
        `docker_swarm_service : env : « ${name} » doit être un nom avec un texte ; mettez des guillemets au texte.`,
      );
    }),
  );
}

function nameOf(value: Json | undefined): string {
  const name = textOf(value ?? '');
  if (/^[a-zA-Z0-9][\w.-]*$/.test(name)) return name;
  throw wrong(
    `docker_swarm_service: “${name}” is not a service's name.`,
    `docker_swarm_service : « ${name} » n’est pas un nom de service.`,
  );
}

/** Checks the arguments and takes them apart. Throws a Fault. */
export function prepareService(args: JsonObject): ServiceArgs {
  const image = textOf(args.image ?? '');
  if (args.state !== 'absent' && image === '')
    throw wrong(
      'docker_swarm_service: state present needs an image.',
      'docker_swarm_service : state present a besoin de image.',
    );
  const { command, replicas } = args;
  const env = envOf(args.env);
  const told = command === undefined || command === null ? {} : { command: commandOf(command) };
  return {
    engine: engineOf(args),
    name: nameOf(args.name),
    absent: args.state === 'absent',
    image,
    mode: args.mode === 'global' ? 'global' : 'replicated',
    ...(typeof replicas === 'number' && replicas >= 0 && args.mode !== 'global' && { replicas }),
    force: args.force_update === true,
    wanted: wantedOf({ ...args, ...told }),
    ...(env !== undefined && { env }),
    envFiles: listAt(args, 'env_files').map(textOf),
  };
}
