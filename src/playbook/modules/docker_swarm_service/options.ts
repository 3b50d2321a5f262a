import { canonical, type Json, type JsonObject } from '#core/json.ts';
import { at, listAt, textOf, textsOf } from '../docker/engine.ts';
import { bytesOf, nanosecondsOf } from '../docker/units.ts';
import { containerOptions } from '../docker_container/options.ts';
import { listed } from './lists.ts';
import type { ServiceOption } from './option.ts';

type Path = readonly string[];

const inContainer = (...path: Path): Path => ['TaskTemplate', 'ContainerSpec', ...path];

/** What a value is compared as and told as; what a service has where nothing was said. */
interface Kind {
  read(value: Json, name: string): Json;
  readonly byDefault: Json;
  told(value: Json): string;
}

const text: Kind = { read: textOf, byDefault: '', told: textOf };
const truth: Kind = { read: (value) => value, byDefault: false, told: textOf };
const number: Kind = { read: (value) => Number(value), byDefault: 0, told: textOf };
const size: Kind = { ...number, read: (value, name) => bytesOf(name, textOf(value)) };
const cpus: Kind = {
  read: (value) => Math.round(Number(value) * 1e9),
  byDefault: 0,
  told: (value) => (Number(value) / 1e9).toFixed(9).replace(/\.?0+$/, ''),
};
const time: Kind = {
  read: (value, name) => nanosecondsOf(name, textOf(value)),
  byDefault: 0,
  told: (value) => `${textOf(value)}ns`,
};

/** One value with one flag, the same to make a service and to change one. */
function one(kind: Kind, flag: string, asked: Path, there: Path, byDefault: Json = kind.byDefault): ServiceOption {
  const words = (value: Json): readonly string[] => [`${flag}=${kind.told(value)}`];
  return {
    wanted: (args) => {
      const value = at(args, ...asked);
      return value === null ? undefined : kind.read(value, asked.join('.'));
    },
    present: (spec) => at(spec, ...there) ?? byDefault,
    same: (wanted, present) => wanted === present,
    make: words,
    change: words,
  };
}

/** Words as the docker command takes them apart again: a quote is put outside of quotes. */
const oneLine = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');

const words = (flag: string, asked: string, there: string): ServiceOption => {
  const told = (value: Json): readonly string[] => [`${flag}=${oneLine(listAt({ value }, 'value').map(textOf))}`];
  return {
    wanted: (args) => args[asked],
    present: (spec) => listAt(spec, ...inContainer(there)),
    same: (wanted, present) => canonical(wanted) === canonical(present),
    // Arguments stand behind the image where a service is made.
    make: (value) => (asked === 'args' ? [] : told(value)),
    change: told,
  };
};

const driverOptions: ServiceOption = {
  wanted: (args) => {
    const options = at(args, 'logging', 'options');
    return options === null ? undefined : textsOf(options);
  },
  present: (spec) => textsOf(at(spec, 'TaskTemplate', 'LogDriver', 'Options')),
  same: (wanted, present) => canonical(wanted) === canonical(present),
  make: (value) => Object.entries(textsOf(value)).map(([name, option]) => `--log-opt=${name}=${option}`),
  change: (value) => Object.entries(textsOf(value)).map(([name, option]) => `--log-opt=${name}=${option}`),
};

/** A check that every container of a service is asked, as one of a container. */
const health: ServiceOption = {
  wanted: (args) => {
    const given = at(args, 'healthcheck');
    return given === null ? undefined : given;
  },
  present: (spec) =>
    containerOptions.healthcheck?.present({ Config: { Healthcheck: at(spec, ...inContainer('Healthcheck')) } }) ?? null,
  same: (value, present) =>
    Object.entries(textsOf(containerOptions.healthcheck?.wanted(value))).every(
      ([name, wanted]) => textsOf(present)[name] === wanted,
    ),
  make: (value) => containerOptions.healthcheck?.words(value) ?? [],
  change: (value) => containerOptions.healthcheck?.words(value) ?? [],
};

/** How an update, or going back, is done. */
const rolling = (prefix: 'update' | 'rollback', there: string): Readonly<Record<string, ServiceOption>> => {
  const option = (kind: Kind, name: string, key: string, byDefault?: Json): [string, ServiceOption] => [
    `${prefix}_${name}`,
    one(kind, `--${prefix}-${name.replaceAll('_', '-')}`, [`${prefix}_config`, name], [there, key], byDefault),
  ];
  return Object.fromEntries([
    option(number, 'parallelism', 'Parallelism'),
    option(time, 'delay', 'Delay'),
    option(text, 'failure_action', 'FailureAction'),
    option(time, 'monitor', 'Monitor'),
    option(number, 'max_failure_ratio', 'MaxFailureRatio'),
    option(text, 'order', 'Order'),
  ]);
};

const resources = (which: 'Limits' | 'Reservations', key: string): Path => ['TaskTemplate', 'Resources', which, key];
const restart = (key: string): Path => ['TaskTemplate', 'RestartPolicy', key];

/** Every option of a service that is told and compared by itself, by the name it has among the return values. */
export const serviceOptions: Readonly<Record<string, ServiceOption>> = {
  command: words('--entrypoint', 'command', 'Command'),
  args: words('--args', 'args', 'Args'),
  endpoint_mode: one(text, '--endpoint-mode', ['endpoint_mode'], ['EndpointSpec', 'Mode'], 'vip'),
  healthcheck: health,
  hostname: one(text, '--hostname', ['hostname'], inContainer('Hostname')),
  init: one(truth, '--init', ['init'], inContainer('Init')),
  limit_cpu: one(cpus, '--limit-cpu', ['limits', 'cpus'], resources('Limits', 'NanoCPUs')),
  limit_memory: one(size, '--limit-memory', ['limits', 'memory'], resources('Limits', 'MemoryBytes')),
  log_driver: one(text, '--log-driver', ['logging', 'driver'], ['TaskTemplate', 'LogDriver', 'Name']),
  log_driver_options: driverOptions,
  read_only: one(truth, '--read-only', ['read_only'], inContainer('ReadOnly')),
  replicas_max_per_node: one(
    number,
    '--replicas-max-per-node',
    ['placement', 'replicas_max_per_node'],
    ['TaskTemplate', 'Placement', 'MaxReplicas'],
  ),
  reserve_cpu: one(cpus, '--reserve-cpu', ['reservations', 'cpus'], resources('Reservations', 'NanoCPUs')),
  reserve_memory: one(size, '--reserve-memory', ['reservations', 'memory'], resources('Reservations', 'MemoryBytes')),
  restart_policy: one(text, '--restart-condition', ['restart_config', 'condition'], restart('Condition'), 'any'),
  restart_policy_delay: one(time, '--restart-delay', ['restart_config', 'delay'], restart('Delay')),
  restart_policy_attempts: one(
    number,
    '--restart-max-attempts',
    ['restart_config', 'max_attempts'],
    restart('MaxAttempts'),
  ),
  restart_policy_window: one(time, '--restart-window', ['restart_config', 'window'], restart('Window')),
  stop_grace_period: one(time, '--stop-grace-period', ['stop_grace_period'], inContainer('StopGracePeriod')),
  stop_signal: one(text, '--stop-signal', ['stop_signal'], inContainer('StopSignal')),
  tty: one(truth, '--tty', ['tty'], inContainer('TTY')),
  user: one(text, '--user', ['user'], inContainer('User')),
  working_dir: one(text, '--workdir', ['working_dir'], inContainer('Dir')),
  ...rolling('update', 'UpdateConfig'),
  ...rolling('rollback', 'RollbackConfig'),
  ...listed,
};

/** Those a service is made anew for. */
export const remade: ReadonlySet<string> = new Set(['cap_add', 'cap_drop']);

/** What a task says of all options, as it is compared. */
export const wantedOf = (args: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(serviceOptions).flatMap(([name, option]): [string, Json][] => {
      const value = option.wanted(args);
      return value === undefined ? [] : [[name, value]];
    }),
  );
