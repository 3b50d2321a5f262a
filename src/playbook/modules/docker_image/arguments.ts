import type { Json, JsonObject } from '#core/json.ts';
import { at, type Engine, engineArguments, engineOf, isObject, listAt, textOf, textsOf } from '../docker/engine.ts';
import { isImageId, splitImage, wholeName } from '../docker/image.ts';
import { bytesOf } from '../docker/units.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** How an image is built. */
export interface Build {
  readonly path: string;
  readonly words: readonly string[];
}

/** Prepared arguments of every module of images. */
export interface ImageArgs {
  readonly module: string;
  readonly engine: Engine;
  /** With its tag. */
  readonly name: string;
  readonly state: 'present' | 'absent';
  readonly source: 'pull' | 'build' | 'load' | 'local';
  /** Got again even when it is there. */
  readonly again: boolean;
  readonly platform?: string;
  readonly build?: Build;
  readonly load?: string;
  readonly archive?: string;
  readonly repository?: string;
  readonly push: boolean;
  readonly force: boolean;
}

const nameOf = (module: string, args: JsonObject): string => {
  const { name, tag } = args;
  const text = textOf(name ?? '');
  const good = isImageId(text) || /^[a-z0-9][\w.:/-]*(?:@sha256:[0-9a-f]+)?$/i.test(text);
  if (!good || /[A-Z]/.test(splitImage(text).repository.replace(/^[^/]*[.:][^/]*\//, '')))
    throw wrong(`${module}: “${text}” is not an image's name.`, `${module} : « ${text} » n’est pas un nom d’image.`);
  if (typeof tag === 'string' && !/^[\w][\w.-]{0,127}$/.test(tag))
    throw wrong(`${module}: “${tag}” is not a tag.`, `${module} : « ${tag} » n’est pas une étiquette (tag).`);
  return wholeName(text, typeof tag === 'string' ? tag : 'latest');
};

const common = { ...engineArguments, name: { type: 'str', required: true } } satisfies Record<string, ModuleArg>;

const limits: Readonly<Record<string, (value: string) => readonly string[]>> = {
  memory: (value) => [`--memory=${bytesOf('memory', value)}`],
  memswap: (value) => [`--memory-swap=${value === '-1' ? -1 : bytesOf('memswap', value)}`],
  cpushares: (value) => [`--cpu-shares=${value}`],
  cpusetcpus: (value) => [`--cpuset-cpus=${value}`],
};

const words = (flag: string, value: Json): readonly string[] => (value === null ? [] : [`${flag}=${textOf(value)}`]);
const pairs = (flag: string, value: Json, sign = '='): readonly string[] =>
  Object.entries(textsOf(value)).map(([name, one]) => `${flag}=${name}${sign}${one}`);

const buildKeys = [
  'args',
  'cache_from',
  'container_limits',
  'dockerfile',
  'etc_hosts',
  'http_timeout',
  'labels',
  'network',
  'nocache',
  'path',
  'platform',
  'pull',
  'rm',
  'target',
  'use_config_proxy',
];

const buildOf = (module: string, build: Json): Build => {
  const odd = Object.keys(isObject(build) ? build : {}).find((key) => !buildKeys.includes(key));
  if (odd !== undefined)
    throw wrong(`${module}: build has no option “${odd}”.`, `${module} : build n’a pas d’option « ${odd} ».`);
  const path = at(build, 'path');
  if (typeof path !== 'string')
    throw wrong(`${module}: building needs a path.`, `${module} : construire demande un chemin (path).`);
  const file = at(build, 'dockerfile');
  const inside = path.replace(/\/+$/, '');
  return {
    path,
    words: [
      ...(typeof file === 'string' ? [`--file=${file.startsWith('/') ? file : `${inside}/${file}`}`] : []),
      ...pairs('--build-arg', at(build, 'args')),
      ...listAt(build, 'cache_from').map((one) => `--cache-from=${textOf(one)}`),
      ...Object.entries(textsOf(at(build, 'container_limits'))).flatMap(([name, one]) => limits[name]?.(one) ?? []),
      ...pairs('--add-host', at(build, 'etc_hosts'), ':'),
      ...pairs('--label', at(build, 'labels')),
      ...words('--network', at(build, 'network')),
      ...words('--platform', at(build, 'platform')),
      ...words('--target', at(build, 'target')),
      ...(at(build, 'nocache') === true ? ['--no-cache'] : []),
      ...(at(build, 'pull') === true ? ['--pull'] : []),
    ],
  };
};

/** The arguments of `docker_image`. `force_tag` has no effect beyond `repository`. */
export const imageArguments: Readonly<Record<string, ModuleArg>> = {
  ...common,
  tag: { type: 'str', default: 'latest' },
  state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  source: { type: 'str', choices: ['build', 'load', 'pull', 'local'] },
  build: { type: 'dict' },
  pull: { type: 'dict' },
  load_path: { type: 'path' },
  archive_path: { type: 'path' },
  repository: { type: 'str' },
  push: { type: 'bool', default: false },
  force_source: { type: 'bool', default: false },
  force_absent: { type: 'bool', default: false },
  force_tag: { type: 'bool', default: false },
};

const sourceOf = (args: JsonObject): ImageArgs['source'] => {
  if (args.state === 'absent') return 'local';
  if (typeof args.source === 'string') return args.source as ImageArgs['source'];
  throw wrong(
    'docker_image: state present needs source: pull, build, load or local.',
    'docker_image : state present demande source : pull, build, load ou local.',
  );
};

/** Checks the arguments of `docker_image`. Throws a Fault. */
export const prepareImage = (args: JsonObject): ImageArgs => {
  const module = 'docker_image';
  const source = sourceOf(args);
  if (source === 'load' && typeof args.load_path !== 'string')
    throw wrong('docker_image: source load needs load_path.', 'docker_image : source load demande load_path.');
  const platform = at(args.pull, 'platform');
  return {
    module,
    engine: engineOf(args),
    name: nameOf(module, args),
    state: args.state as ImageArgs['state'],
    source,
    again: args.force_source === true,
    ...(typeof platform === 'string' && { platform }),
    ...(source === 'build' && { build: buildOf(module, args.build ?? null) }),
    ...(source === 'load' && { load: textOf(args.load_path ?? '') }),
    ...(typeof args.archive_path === 'string' && { archive: args.archive_path }),
    ...(typeof args.repository === 'string' && { repository: wholeName(args.repository) }),
    push: args.push === true,
    force: args.force_absent === true,
  };
};

/** The arguments of `docker_image_pull`. */
export const pullArguments: Readonly<Record<string, ModuleArg>> = {
  ...common,
  tag: { type: 'str', default: 'latest' },
  platform: { type: 'str' },
  pull: { type: 'str', default: 'always', choices: ['always', 'not_present'] },
};

/** Checks the arguments of `docker_image_pull`. Throws a Fault. */
export const preparePull = (args: JsonObject): ImageArgs => {
  const module = 'docker_image_pull';
  const name = nameOf(module, args);
  if (isImageId(name))
    throw wrong(
      `${module}: an image cannot be pulled by its ID.`,
      `${module} : une image ne se télécharge pas par son ID.`,
    );
  return {
    module,
    engine: engineOf(args),
    name,
    state: 'present',
    source: 'pull',
    again: args.pull === 'always',
    ...(typeof args.platform === 'string' && { platform: args.platform }),
    push: false,
    force: false,
  };
};

/** The arguments of `docker_image_build`. */
export const buildArguments: Readonly<Record<string, ModuleArg>> = {
  ...common,
  tag: { type: 'str', default: 'latest' },
  path: { type: 'path', required: true },
  dockerfile: { type: 'str' },
  cache_from: { type: 'list' },
  pull: { type: 'bool', default: false },
  network: { type: 'str' },
  nocache: { type: 'bool', default: false },
  etc_hosts: { type: 'dict' },
  args: { type: 'dict', aliases: ['build_args'] },
  target: { type: 'str' },
  platform: { type: 'raw' },
  shm_size: { type: 'str' },
  labels: { type: 'dict' },
  rebuild: { type: 'str', default: 'never', choices: ['never', 'always'] },
};

/** Checks the arguments of `docker_image_build`. Throws a Fault. */
export const prepareBuild = (args: JsonObject): ImageArgs => {
  const module = 'docker_image_build';
  const kept = Object.fromEntries(Object.entries(args).filter(([name]) => buildKeys.includes(name)));
  const platform = Array.isArray(args.platform) ? { platform: args.platform.map(textOf).join(',') } : {};
  const build = buildOf(module, { ...kept, ...platform });
  const shm = typeof args.shm_size === 'string' ? [`--shm-size=${bytesOf('shm_size', args.shm_size)}`] : [];
  return {
    module,
    engine: engineOf(args),
    name: nameOf(module, args),
    state: 'present',
    source: 'build',
    again: args.rebuild === 'always',
    build: { ...build, words: [...build.words, ...shm] },
    push: false,
    force: false,
  };
};
