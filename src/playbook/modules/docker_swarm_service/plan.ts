import type { Json, JsonObject } from '#core/json.ts';
import {
  at,
  dockerBegin,
  dockerProbe,
  inspected,
  listAt,
  objectAt,
  orExit,
  readFound,
  textOf,
  textsOf,
} from '../docker/engine.ts';
import type { Applied, Apply, FoundDifference, ModulePlan, ModuleResult, Quote } from '../module.ts';
import { failureOf } from '../state/fields.ts';
import { assignPath } from '../state/script.ts';
import type { ServiceArgs } from './arguments.ts';
import { factsOf } from './facts.ts';
import type { NetworkNames } from './option.ts';
import { remade, serviceOptions } from './options.ts';

/** What the engine knows of a service. */
export interface ServiceState {
  readonly failed?: string;
  readonly spec?: JsonObject;
  readonly networks: NetworkNames;
  /** What the files of variables say. */
  readonly env: Readonly<Record<string, string>>;
}

/** Asks for the service, for what its networks are called, and for the files of variables. */
export const probeService = (args: ServiceArgs, quote: Quote): string =>
  [
    dockerProbe(args.engine, quote),
    `look service service ${quote(args.name)}`,
    "dk info --format '{{.Swarm.ControlAvailable}}' 2>/dev/null | say manager",
    "dk network ls --no-trunc --format '{{.ID}} {{.Name}}' 2>/dev/null | say networks",
    ...args.envFiles.flatMap((path, index) => [
      assignPath('f', path, quote),
      `if [ -f "$f" ] && [ -r "$f" ]; then say file${index} <"$f"; else echo unread=${index}; fi`,
    ]),
    'echo end',
  ].join('\n');

const variablesIn = (text: string): [string, string][] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /^[^#=]+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);

/** Reads what the engine answered. A name may also be the beginning of another service's number. */
export function readService(output: Applied, args: ServiceArgs): ServiceState {
  const { fields, failed } = readFound(output, 'docker_swarm_service');
  const unread = fields.get('unread');
  const spec = objectAt(inspected(fields, 'service'), 'Spec');
  const why =
    failed ??
    (fields.raw('manager')?.trim() === 'true'
      ? undefined
      : 'docker_swarm_service: the host is no manager of a swarm; run docker swarm init there, or do the task on a manager.') ??
    (unread === undefined
      ? undefined
      : `docker_swarm_service: env_files: ${args.envFiles[Number(unread)]} cannot be read on the host.`);
  const lines = (fields.raw('networks') ?? '').split('\n').filter((line) => line.includes(' '));
  return {
    ...(why !== undefined && { failed: why }),
    ...(spec.Name === args.name && { spec }),
    networks: Object.fromEntries(lines.map((line) => line.split(' ', 2))),
    env: Object.fromEntries(args.envFiles.flatMap((_, index) => variablesIn(fields.raw(`file${index}`) ?? ''))),
  };
}

const differs = ({ name }: ServiceArgs, aspect: string, before: Json, after: Json): FoundDifference => ({
  subject: `service ${name}`,
  aspect,
  before,
  after,
});

/** The variables that are wanted; undefined where nothing is said of them. */
const variablesOf = (args: ServiceArgs, state: ServiceState): Readonly<Record<string, string>> | undefined =>
  args.env === undefined && args.envFiles.length === 0 ? undefined : { ...state.env, ...args.env };

const presentVariables = (spec: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    listAt(spec, 'TaskTemplate', 'ContainerSpec', 'Env')
      .map(textOf)
      .map((line): [string, string] => [line.replace(/=.*/s, ''), line.slice(line.indexOf('=') + 1)]),
  );

function envDifferences(args: ServiceArgs, state: ServiceState, spec: JsonObject): readonly FoundDifference[] {
  const wanted = variablesOf(args, state);
  if (wanted === undefined) return [];
  const present = presentVariables(spec);
  return [
    ...Object.entries(wanted)
      .filter(([name, value]) => present[name] !== value)
      .map(([name, value]) => ({
        ...differs(args, `env ${name}`, name in present ? 'another value' : 'absent', 'set'),
        sealed: value,
      })),
    ...Object.keys(present)
      .filter((name) => !(name in wanted))
      .map((name) => differs(args, `env ${name}`, 'set', 'absent')),
  ];
}

const imageOf = (args: ServiceArgs, spec: JsonObject): string => {
  const image = textOf(at(spec, 'TaskTemplate', 'ContainerSpec', 'Image') ?? '');
  return args.image.includes('@') ? image : image.replace(/@.*$/, '');
};

const modeOf = (spec: JsonObject): string => (at(spec, 'Mode', 'Global') === null ? 'replicated' : 'global');

/** The options that are not as they are wanted. */
const otherOptions = (args: ServiceArgs, state: ServiceState, spec: JsonObject): readonly string[] =>
  Object.entries(args.wanted)
    .filter(([name, wanted]) => {
      const option = serviceOptions[name];
      return option !== undefined && !option.same(wanted, option.present(spec, state.networks));
    })
    .map(([name]) => name);

/** What is to be done about a service. */
interface Work {
  readonly what: 'nothing' | 'remove' | 'make' | 'remake' | 'update';
  readonly differences: readonly FoundDifference[];
}

function updating(args: ServiceArgs, state: ServiceState, spec: JsonObject): Work {
  const [image, mode] = [imageOf(args, spec), modeOf(spec)];
  const replicas = at(spec, 'Mode', 'Replicated', 'Replicas');
  const options = otherOptions(args, state, spec);
  const differences = [
    ...(image === args.image ? [] : [differs(args, 'image', image, args.image)]),
    ...(mode === args.mode ? [] : [differs(args, 'mode', mode, args.mode)]),
    ...(args.replicas === undefined || args.replicas === replicas
      ? []
      : [differs(args, 'replicas', replicas, args.replicas)]),
    ...options.map((name) =>
      differs(args, name, serviceOptions[name]?.present(spec, state.networks) ?? null, args.wanted[name] ?? null),
    ),
    ...envDifferences(args, state, spec),
  ];
  if (mode !== args.mode || options.some((name) => remade.has(name)))
    return { what: 'remake', differences: [...differences, differs(args, 'state', 'present', 'created anew')] };
  if (differences.length > 0) return { what: 'update', differences };
  return args.force
    ? { what: 'update', differences: [differs(args, 'tasks', 'running', 'started anew')] }
    : { what: 'nothing', differences: [] };
}

function workOf(args: ServiceArgs, state: ServiceState): Work {
  const { spec } = state;
  if (args.absent)
    return spec === undefined
      ? { what: 'nothing', differences: [] }
      : { what: 'remove', differences: [differs(args, 'state', 'present', 'absent')] };
  if (spec !== undefined) return updating(args, state, spec);
  const sealed = JSON.stringify([
    args.image,
    args.mode,
    args.replicas ?? 1,
    args.wanted,
    variablesOf(args, state) ?? {},
  ]);
  return { what: 'make', differences: [{ ...differs(args, 'state', 'absent', 'present'), sealed }] };
}

const messages = {
  remove: 'Service removed',
  make: 'Service created',
  remake: 'Service rebuilt',
  update: 'Service updated',
} as const;

function messageOf(args: ServiceArgs, { what, differences }: Work): string {
  if (what === 'nothing') return args.absent ? 'Service absent' : 'Service unchanged';
  const forced = what === 'update' && differences.every(({ aspect }) => aspect === 'tasks');
  return forced ? 'Service forcefully updated' : messages[what];
}

/** Compares what is there with what is wanted. */
export function planService(args: ServiceArgs, state: ServiceState): ModulePlan {
  if (state.failed !== undefined) return { differences: [], result: { msg: state.failed }, failed: state.failed };
  const work = workOf(args, state);
  const told = ['update', 'remake'].includes(work.what) ? work.differences : [];
  return {
    differences: work.differences,
    result: {
      msg: messageOf(args, work),
      rebuilt: work.what === 'remake',
      changes: told
        .filter(({ aspect }) => !['state', 'tasks'].includes(aspect))
        .map(({ aspect, before, after }) => ({ [aspect]: { parameter: after, container: before } })),
      swarm_service: args.absent ? {} : factsOf(args, state.spec, variablesOf(args, state)),
    },
  };
}

/* A variable that no other program knows goes through the command's environment, where no list of processes shows it. */
const isOwn = (name: string): boolean =>
  /^[A-Za-z_]\w*$/.test(name) &&
  !/^(?:PATH|HOME|IFS|PWD|ENV|LC_.*|LANG.*|LD_.*|DOCKER_.*|HTTPS?_PROXY|NO_PROXY|j|e|f|up)$/i.test(name);

/** Variables as words, and what makes them known first. */
function envWords(flag: string, variables: Readonly<Record<string, string>>, quote: Quote) {
  const all = Object.entries(variables);
  const own = all.filter(([name]) => isOwn(name));
  return {
    words: all.map(([name, value]) => (isOwn(name) ? `${flag}=${name}` : `${flag}=${name}=${value}`)),
    exports: own.map(([name, value]) => `${name}=${quote(value)}; export ${name}`),
  };
}

function making(args: ServiceArgs, state: ServiceState, quote: Quote): readonly string[] {
  const env = envWords('--env', variablesOf(args, state) ?? {}, quote);
  const words = [
    `--name=${args.name}`,
    `--mode=${args.mode}`,
    ...(args.replicas === undefined ? [] : [`--replicas=${args.replicas}`]),
    ...Object.entries(args.wanted).flatMap(([name, value]) => serviceOptions[name]?.make(value) ?? []),
    ...env.words,
  ];
  const inside = [args.image, ...listAt(args.wanted, 'args').map(textOf)];
  const line = `dk service create --detach --no-resolve-image --with-registry-auth ${words.map(quote).join(' ')} -- ${inside.map(quote).join(' ')} >/dev/null`;
  return [...env.exports, orExit(line)];
}

function changing(args: ServiceArgs, state: ServiceState, spec: JsonObject, quote: Quote): readonly string[] {
  const wanted = variablesOf(args, state);
  const present = presentVariables(spec);
  const other = Object.fromEntries(Object.entries(wanted ?? {}).filter(([name, value]) => present[name] !== value));
  const env = envWords('--env-add', other, quote);
  const gone = wanted === undefined ? [] : Object.keys(present).filter((name) => !(name in wanted));
  const options = otherOptions(args, state, spec);
  /* The docker command forgets the options of a log driver that it is not told together with it. */
  const logged = options.includes('log_driver') || options.includes('log_driver_options');
  const logging = logged ? loggingWords(args, spec) : [];
  const words = [
    ...(imageOf(args, spec) === args.image ? [] : [`--image=${args.image}`]),
    ...(args.replicas === undefined ? [] : [`--replicas=${args.replicas}`]),
    ...options
      .filter((name) => !name.startsWith('log_driver'))
      .flatMap((name) => {
        const option = serviceOptions[name];
        return option?.change(args.wanted[name] ?? null, option.present(spec, state.networks)) ?? [];
      }),
    ...logging,
    ...gone.map((name) => `--env-rm=${name}`),
    ...env.words,
    ...(args.force ? ['--force'] : []),
  ];
  const line = `dk service update --detach --no-resolve-image --with-registry-auth ${words.map(quote).join(' ')} -- ${quote(args.name)} >/dev/null`;
  return [...env.exports, orExit(line)];
}

function loggingWords({ wanted }: ServiceArgs, spec: JsonObject): readonly string[] {
  const driver = wanted.log_driver ?? at(spec, 'TaskTemplate', 'LogDriver', 'Name') ?? '';
  const options = textsOf(wanted.log_driver_options ?? at(spec, 'TaskTemplate', 'LogDriver', 'Options'));
  return [
    ...(driver === '' ? [] : [`--log-driver=${textOf(driver)}`]),
    ...Object.entries(options).map(([name, value]) => `--log-opt=${name}=${value}`),
  ];
}

/** Makes, changes or removes the service. */
export function applyService(
  args: ServiceArgs,
  state: ServiceState,
  _plan: ModulePlan,
  quote: Quote,
): Apply | undefined {
  const { what } = workOf(args, state);
  if (what === 'nothing') return undefined;
  const remove = orExit(`dk service rm ${quote(args.name)} >/dev/null`);
  const lines = [
    ...(what === 'remove' || what === 'remake' ? [remove] : []),
    ...(what === 'make' || what === 'remake' ? making(args, state, quote) : []),
    ...(what === 'update' && state.spec !== undefined ? changing(args, state, state.spec, quote) : []),
  ];
  /* What is exported is for this one command. */
  return { script: ['(', dockerBegin(args.engine, quote), ...lines, ')'].join('\n') };
}

/** The return values once Docker obeyed. */
export function finishService(args: ServiceArgs, plan: ModulePlan, applied: Applied): ModuleResult {
  if (applied.code === 0) return { result: plan.result, changed: true };
  const msg = `docker_swarm_service ${args.name}: ${failureOf({ ...applied, stdout: '' })}`;
  return { result: { ...plan.result, msg }, changed: false, failed: msg };
}
