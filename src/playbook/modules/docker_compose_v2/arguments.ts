import type { Json, JsonObject } from '#core/json.ts';
import { type Engine, engineArguments, engineOf, isObject, listAt, textOf } from '../docker/engine.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `docker_compose_v2`. */
export const composeArguments = {
  ...engineArguments,
  cli_context: { type: 'str' },
  project_src: { type: 'path' },
  project_name: { type: 'str' },
  files: { type: 'list' },
  definition: { type: 'dict' },
  env_files: { type: 'list' },
  profiles: { type: 'list' },
  check_files_existing: { type: 'bool', default: true },
  state: { type: 'str', default: 'present', choices: ['absent', 'stopped', 'restarted', 'present'] },
  dependencies: { type: 'bool', default: true },
  pull: { type: 'str', default: 'policy', choices: ['always', 'missing', 'never', 'policy'] },
  build: { type: 'str', default: 'policy', choices: ['always', 'never', 'policy'] },
  recreate: { type: 'str', default: 'auto', choices: ['always', 'never', 'auto'] },
  renew_anon_volumes: { type: 'bool', default: false },
  remove_images: { type: 'str', choices: ['all', 'local'] },
  remove_volumes: { type: 'bool', default: false },
  remove_orphans: { type: 'bool', default: false },
  timeout: { type: 'int' },
  services: { type: 'list' },
  scale: { type: 'dict' },
  wait: { type: 'bool', default: false },
  wait_timeout: { type: 'int' },
  ignore_build_events: { type: 'bool', default: true },
  assume_yes: { type: 'bool', default: false },
} as const satisfies Record<string, ModuleArg>;

/** What becomes of a project. */
export type ProjectState = 'absent' | 'stopped' | 'restarted' | 'present';

/** Prepared arguments of `docker_compose_v2`. */
export interface ComposeArgs {
  readonly engine: Engine;
  /** The folder of the project; none when the task itself defines it. */
  readonly folder?: string;
  readonly definition?: string;
  readonly name?: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
  readonly profiles: readonly string[];
  /** One of the usual names must be in the folder. */
  readonly looksForFile: boolean;
  readonly state: ProjectState;
  readonly services: readonly string[];
  /** Options of `up`, `down`, `stop` and `restart` that the task chose. */
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly stop: readonly string[];
  readonly restart: readonly string[];
  /** Images may become others without the plan knowing. */
  readonly pulls: boolean;
  readonly builds: boolean;
  readonly ignoresBuilds: boolean;
  readonly assumesYes: boolean;
}

const check = (args: JsonObject): void => {
  const { definition, project_src: folder, files, project_name: name } = args;
  if ((definition === undefined) === (folder === undefined))
    throw wrong(
      'docker_compose_v2: project_src or definition is needed, and not both.',
      'docker_compose_v2 : il faut project_src ou definition, pas les deux.',
    );
  if (definition !== undefined && (files !== undefined || name === undefined))
    throw wrong(
      'docker_compose_v2: a definition needs a project_name, and has no files.',
      'docker_compose_v2 : definition demande project_name, et ne va pas avec files.',
    );
  if (name !== undefined && !/^[a-z0-9][a-z0-9_-]*$/.test(String(name)))
    throw wrong(
      `docker_compose_v2: project_name “${name}” may hold only a-z, 0-9, _ and -, and begins with a letter or digit.`,
      `docker_compose_v2 : project_name « ${name} » ne peut contenir que a-z, 0-9, _ et -, et commence par une lettre ou un chiffre.`,
    );
  if (args.cli_context !== undefined && args.docker_host !== undefined)
    throw wrong(
      'docker_compose_v2: cli_context and docker_host exclude each other.',
      'docker_compose_v2 : cli_context ou docker_host, pas les deux.',
    );
};

const secondsOf = (args: JsonObject, name: 'timeout' | 'wait_timeout'): readonly string[] => {
  const value = args[name];
  if (value === undefined) return [];
  if (Number(value) >= 0) return [`--${name.replace('_', '-')}=${String(value)}`];
  throw wrong(
    `docker_compose_v2: ${name} must be a number of seconds, not ${String(value)}.`,
    `docker_compose_v2 : ${name} doit être un nombre de secondes, pas ${String(value)}.`,
  );
};

const scaleOf = (scale: Json | undefined): readonly string[] =>
  Object.entries(isObject(scale) ? scale : {})
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([service, count]) => {
      if (/^\d+$/.test(textOf(count))) return `--scale=${service}=${textOf(count)}`;
      throw wrong(
        `docker_compose_v2: scale: “${textOf(count)}” is no number of containers for ${service}.`,
        `docker_compose_v2 : scale : « ${textOf(count)} » n’est pas un nombre de conteneurs pour ${service}.`,
      );
    });

const when = (holds: boolean, option: string): readonly string[] => (holds ? [option] : []);

const buildOptions: Readonly<Record<string, readonly string[]>> = { always: ['--build'], never: ['--no-build'] };
const recreateOptions: Readonly<Record<string, readonly string[]>> = {
  always: ['--force-recreate'],
  never: ['--no-recreate'],
};

/* Nothing is waited for that is not started. */
const waits = (args: JsonObject): boolean => args.wait === true && args.state === 'present';

const upOptions = (args: JsonObject): readonly string[] => [
  ...when(args.pull !== 'policy', `--pull=${String(args.pull)}`),
  ...when(args.remove_orphans === true, '--remove-orphans'),
  ...(recreateOptions[String(args.recreate)] ?? []),
  ...when(args.renew_anon_volumes === true, '--renew-anon-volumes'),
  ...when(args.dependencies === false, '--no-deps'),
  ...secondsOf(args, 'timeout'),
  ...(buildOptions[String(args.build)] ?? []),
  ...scaleOf(args.scale),
  ...(waits(args) ? ['--wait', ...secondsOf(args, 'wait_timeout')] : []),
  ...when(args.assume_yes === true, '-y'),
];

const downOptions = (args: JsonObject): readonly string[] => [
  ...when(args.remove_orphans === true, '--remove-orphans'),
  ...when(args.remove_images !== undefined, `--rmi=${String(args.remove_images)}`),
  ...when(args.remove_volumes === true, '--volumes'),
  ...secondsOf(args, 'timeout'),
];

const words = (args: JsonObject, name: string): readonly string[] => {
  const all = listAt(args, name).map(textOf);
  if (all.every((one) => one.trim() !== '')) return all;
  throw wrong(
    `docker_compose_v2: an entry of ${name} is empty.`,
    `docker_compose_v2 : une entrée de ${name} est vide.`,
  );
};

const engineWith = (args: JsonObject): Engine => {
  const { timeout: _stopping, ...rest } = args;
  const engine = engineOf(rest);
  const context = args.cli_context;
  if (typeof context !== 'string') return engine;
  return { ...engine, options: [...engine.options, `--context=${context}`] };
};

/** Checks the arguments. Throws a Fault where they do not go together. */
export const prepareCompose = (args: JsonObject): ComposeArgs => {
  check(args);
  const { project_src: folder, project_name: name, definition } = args;
  const makes = args.state === 'present' || args.state === 'stopped';
  return {
    engine: engineWith(args),
    ...(typeof folder === 'string' && { folder }),
    ...(definition !== undefined && { definition: JSON.stringify(definition) }),
    ...(typeof name === 'string' && { name }),
    files: words(args, 'files'),
    envFiles: words(args, 'env_files'),
    profiles: words(args, 'profiles'),
    looksForFile: args.check_files_existing !== false,
    state: args.state as ProjectState,
    services: words(args, 'services'),
    up: upOptions(args),
    down: downOptions(args),
    stop: secondsOf(args, 'timeout'),
    restart: [...when(args.dependencies === false, '--no-deps'), ...secondsOf(args, 'timeout')],
    pulls: makes && args.pull === 'always',
    builds: makes && args.build === 'always',
    ignoresBuilds: args.ignore_build_events !== false,
    assumesYes: args.assume_yes === true,
  };
};
