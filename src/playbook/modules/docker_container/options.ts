import type { Json } from '#core/json.ts';
import { at, listAt, objectAt, textOf, textsOf } from '../docker/engine.ts';
import { bytesOf, nanosecondsOf } from '../docker/units.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';
import { boundPorts, portsOf, portWord, shownPort } from './ports.ts';

/** How two values are compared: a `set` and a `dict` may have more than is asked for, unless `comparisons` says `strict`. */
export type Kind = 'value' | 'list' | 'set' | 'dict';

/** One option of a container: how `docker create` is told, and how a container that is there shows it. */
export interface Option {
  readonly arg: ModuleArg;
  readonly kind: Kind;
  /** Words of `docker create`. */
  words(value: Json): readonly string[];
  /** The value as it is compared. */
  wanted(value: Json): Json;
  /** The same of a container, as `docker inspect` shows it. */
  present(container: Json): Json;
  /** What the image brings by itself, when that counts too. */
  inherited?(image: Json): Json;
  /** True when a container need not be made anew for it: `docker update` takes the same words. */
  readonly updates?: true;
}

const str = { type: 'str' } as const;
const bool = { type: 'bool' } as const;
const int = { type: 'int' } as const;
const list = { type: 'list' } as const;
const dict = { type: 'dict' } as const;

const strings = (value: Json): readonly string[] => listAt({ value }, 'value').map(textOf);
const orEmpty = (value: Json): Json => value ?? '';

const text = (flag: string, path: readonly string[], updates?: true): Option => ({
  arg: str,
  kind: 'value',
  words: (value) => [`${flag}=${textOf(value)}`],
  wanted: textOf,
  present: (container) => orEmpty(at(container, ...path)),
  ...(updates && { updates }),
});

const number = (flag: string, path: readonly string[], updates?: true): Option => ({
  ...text(flag, path, updates),
  arg: int,
  wanted: (value) => value,
  present: (container) => at(container, ...path) ?? 0,
});

const truth = (flag: string, path: readonly string[]): Option => ({
  arg: bool,
  kind: 'value',
  words: (value) => [`${flag}=${textOf(value)}`],
  wanted: (value) => value,
  present: (container) => at(container, ...path) ?? false,
});

const size = (name: string, flag: string, path: readonly string[], updates?: true): Option => {
  const bytes = (value: Json): number =>
    name === 'memory_swap' && /^(?:unlimited|-1)$/.test(textOf(value)) ? -1 : bytesOf(name, textOf(value));
  return {
    arg: str,
    kind: 'value',
    words: (value) => [`${flag}=${bytes(value)}`],
    wanted: bytes,
    present: (container) => at(container, ...path) ?? 0,
    ...(updates && { updates }),
  };
};

const many = (
  flag: string,
  path: readonly string[],
  kind: Kind = 'set',
  as = (one: string): string => one,
): Option => ({
  arg: list,
  kind,
  words: (value) => strings(value).map((one) => `${flag}=${as(one)}`),
  wanted: (value) => strings(value).map(as),
  present: (container) => listAt(container, ...path).map((one) => as(textOf(one))),
});

const pairs = (flag: string, path: readonly string[]): Option => ({
  arg: dict,
  kind: 'dict',
  words: (value) => Object.entries(textsOf(value)).map(([key, one]) => `${flag}=${key}=${one}`),
  wanted: textsOf,
  present: (container) => textsOf(at(container, ...path)),
});

const deviceOf = (written: string): string => {
  const [host = '', inside = host, access = 'rwm'] = written.split(':');
  return /^[rwm]+$/.test(inside) && inside !== host ? `${host}:${host}:${inside}` : `${host}:${inside}:${access}`;
};

const ulimitOf = (written: string): string => {
  const [name = '', soft = '', hard = soft] = written.split(/[:=]/);
  return `${name}=${soft}:${hard}`;
};

const devices: Option = {
  ...many('--device', [], 'set', deviceOf),
  present: (container) =>
    listAt(container, 'HostConfig', 'Devices').map((device) =>
      ['PathOnHost', 'PathInContainer', 'CgroupPermissions'].map((name) => textOf(at(device, name))).join(':'),
    ),
};

const ulimits: Option = {
  ...many('--ulimit', [], 'set', ulimitOf),
  present: (container) =>
    listAt(container, 'HostConfig', 'Ulimits').map(
      (one) => `${textOf(at(one, 'Name'))}=${textOf(at(one, 'Soft'))}:${textOf(at(one, 'Hard'))}`,
    ),
};

const sortedMode = (mode: string): string => mode.split(',').sort().join(',');

const volumeOf = (written: string): string => {
  const parts = written.split(':');
  const [source = '', target = '', mode = 'rw'] = parts;
  if (parts.length === 1) return source;
  return `${source}:${target.replace(/(?<=.)\/+$/, '')}:${sortedMode(mode)}`;
};

const volumes: Option = {
  ...many('--volume', ['HostConfig', 'Binds'], 'set', volumeOf),
  words: (value) => strings(value).map((one) => `--volume=${one}`),
  present: (container) => [
    ...listAt(container, 'HostConfig', 'Binds').map((one) => volumeOf(textOf(one))),
    ...Object.keys(objectAt(container, 'Config', 'Volumes')),
  ],
};

const published: Option = {
  arg: { ...list, aliases: ['ports'] },
  kind: 'set',
  words: (value) =>
    strings(value).flatMap((one) => portsOf(one, '0.0.0.0').map((port) => `--publish=${portWord(port)}`)),
  wanted: (value) => strings(value).flatMap((one) => portsOf(one, '0.0.0.0').map(shownPort)),
  present: boundPorts,
};

const withProtocol = (port: string): string => (port.includes('/') ? port : `${port}/tcp`);

const exposed: Option = {
  ...many('--expose', [], 'set', withProtocol),
  arg: { ...list, aliases: ['exposed', 'expose'] },
  wanted: (value) => strings(value).flatMap((one) => portsOf(one, '').map((port) => port.container)),
  present: (container) => Object.keys(objectAt(container, 'Config', 'ExposedPorts')),
};

const tmpfs: Option = {
  ...many('--tmpfs', []),
  wanted: (value) =>
    strings(value).map((one) => one.replace(/:.*/s, '') + (one.includes(':') ? one.slice(one.indexOf(':')) : ':')),
  present: (container) =>
    Object.entries(textsOf(at(container, 'HostConfig', 'Tmpfs'))).map(([path, options]) => `${path}:${options}`),
};

const hosts: Option = {
  ...pairs('--add-host', []),
  words: (value) => Object.entries(textsOf(value)).map(([name, address]) => `--add-host=${name}:${address}`),
  kind: 'set',
  wanted: (value) => Object.entries(textsOf(value)).map(([name, address]) => `${name}:${address}`),
  present: (container) => listAt(container, 'HostConfig', 'ExtraHosts').map(textOf),
};

const links: Option = {
  ...many('--link', [], 'set', (one) => (one.includes(':') ? one : `${one}:${one}`)),
  present: (container) =>
    listAt(container, 'HostConfig', 'Links').map((one) => {
      const [from = '', to = ''] = textOf(one).split(':');
      return `${from.replace(/^\//, '')}:${to.replace(/^.*\//, '')}`;
    }),
};

const mountFields = (value: Json): Readonly<Record<string, string>> => {
  const type = textOf(at(value, 'type') ?? 'volume');
  const source = at(value, 'source');
  const propagation = at(value, 'propagation');
  const bytes = at(value, 'tmpfs_size');
  const mode = at(value, 'tmpfs_mode');
  const driver = at(value, 'volume_driver');
  return {
    type,
    ...(source !== null && { source: textOf(source) }),
    target: textOf(at(value, 'target')),
    ...(at(value, 'read_only') === true && { readonly: 'true' }),
    ...(propagation !== null && { 'bind-propagation': textOf(propagation) }),
    ...(at(value, 'no_copy') === true && { 'volume-nocopy': 'true' }),
    ...(bytes !== null && { 'tmpfs-size': String(bytesOf('tmpfs_size', textOf(bytes))) }),
    ...(mode !== null && { 'tmpfs-mode': textOf(mode) }),
    ...(driver !== null && { 'volume-driver': textOf(driver) }),
  };
};

const csv = (field: string): string => (/[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

const mountWord = (value: Json): string => {
  const options = [
    ...Object.entries(textsOf(at(value, 'volume_options'))).map(([key, one]) => `volume-opt=${key}=${one}`),
    ...Object.entries(textsOf(at(value, 'labels'))).map(([key, one]) => `volume-label=${key}=${one}`),
  ];
  return [...Object.entries(mountFields(value)).map(([key, one]) => `${key}=${one}`), ...options].map(csv).join(',');
};

const shownMount = (type: string, source: string, target: string, readOnly: boolean): string =>
  `${type} ${source} ${target}${readOnly ? ' read only' : ''}`;

const mounts: Option = {
  arg: list,
  kind: 'set',
  words: (value) => listAt({ value }, 'value').map((one) => `--mount=${mountWord(one)}`),
  wanted: (value) =>
    listAt({ value }, 'value').map((one) => {
      const { type = '', source = '', target = '', readonly } = mountFields(one);
      if (target === '')
        throw wrong('docker_container: mounts needs a target.', 'docker_container : mounts a besoin de target.');
      return shownMount(type, source, target, readonly === 'true');
    }),
  present: (container) =>
    listAt(container, 'HostConfig', 'Mounts').map((one) =>
      shownMount(
        textOf(at(one, 'Type')),
        textOf(at(one, 'Source') ?? ''),
        textOf(at(one, 'Target')),
        at(one, 'ReadOnly') === true,
      ),
    ),
};

const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/* The docker command takes a check as one line for the container's shell. */
const testOf = (test: Json): string => {
  if (typeof test === 'string') return test;
  const [how = '', ...words] = strings(test);
  if (how === 'NONE') return 'NONE';
  return how === 'CMD-SHELL' ? words.join(' ') : (how === 'CMD' ? words : [how, ...words]).map(shellWord).join(' ');
};

const healthTimes = [
  ['interval', 'Interval'],
  ['timeout', 'Timeout'],
  ['start_period', 'StartPeriod'],
] as const;

const health: Option = {
  arg: dict,
  kind: 'dict',
  words: (value) => {
    const test = at(value, 'test');
    if (test !== null && testOf(test) === 'NONE') return ['--no-healthcheck'];
    const retries = at(value, 'retries');
    return [
      ...(test === null ? [] : [`--health-cmd=${testOf(test)}`]),
      ...healthTimes.flatMap(([name]) => {
        const time = at(value, name);
        return time === null ? [] : [`--health-${name.replace('_', '-')}=${textOf(time)}`];
      }),
      ...(retries === null ? [] : [`--health-retries=${textOf(retries)}`]),
    ];
  },
  wanted: (value) => {
    const [test, retries] = [at(value, 'test'), at(value, 'retries')];
    return {
      ...(test !== null && { test: testOf(test) }),
      ...Object.fromEntries(
        healthTimes.flatMap(([name]) => {
          const time = at(value, name);
          return time === null ? [] : [[name, nanosecondsOf(name, textOf(time))]];
        }),
      ),
      ...(retries !== null && { retries: Number(textOf(retries)) }),
    };
  },
  present: (container) => {
    const check = objectAt(container, 'Config', 'Healthcheck');
    return {
      test: check.Test === undefined ? '' : testOf(check.Test),
      ...Object.fromEntries(healthTimes.map(([name, key]) => [name, check[key] ?? 0])),
      retries: check.Retries ?? 0,
    };
  },
};

const labels: Option = {
  ...pairs('--label', ['Config', 'Labels']),
  inherited: (image) => textsOf(at(image, 'Config', 'Labels')),
};

const cpus: Option = {
  ...number('--cpus', ['HostConfig', 'NanoCpus']),
  arg: { type: 'float' },
  wanted: (value) => Math.round(Number(value) * 1e9),
};

/** Every option that is told and compared by itself; the rest (image, command, env, networks, restart policy) goes its own way. */
export const containerOptions: Readonly<Record<string, Option>> = {
  auto_remove: truth('--rm', ['HostConfig', 'AutoRemove']),
  blkio_weight: number('--blkio-weight', ['HostConfig', 'BlkioWeight'], true),
  capabilities: many('--cap-add', ['HostConfig', 'CapAdd'], 'set', (one) => one.toUpperCase().replace(/^CAP_/, '')),
  cap_drop: many('--cap-drop', ['HostConfig', 'CapDrop'], 'set', (one) => one.toUpperCase().replace(/^CAP_/, '')),
  cgroup_parent: text('--cgroup-parent', ['HostConfig', 'CgroupParent']),
  cgroupns_mode: {
    ...text('--cgroupns', ['HostConfig', 'CgroupnsMode']),
    arg: { ...str, choices: ['private', 'host'] },
  },
  cpu_period: number('--cpu-period', ['HostConfig', 'CpuPeriod'], true),
  cpu_quota: number('--cpu-quota', ['HostConfig', 'CpuQuota'], true),
  cpu_shares: number('--cpu-shares', ['HostConfig', 'CpuShares'], true),
  cpus,
  cpuset_cpus: text('--cpuset-cpus', ['HostConfig', 'CpusetCpus'], true),
  cpuset_mems: text('--cpuset-mems', ['HostConfig', 'CpusetMems'], true),
  devices,
  dns_opts: many('--dns-option', ['HostConfig', 'DnsOptions']),
  dns_search_domains: many('--dns-search', ['HostConfig', 'DnsSearch'], 'list'),
  dns_servers: many('--dns', ['HostConfig', 'Dns'], 'list'),
  domainname: text('--domainname', ['Config', 'Domainname']),
  etc_hosts: hosts,
  exposed_ports: exposed,
  groups: many('--group-add', ['HostConfig', 'GroupAdd']),
  healthcheck: health,
  hostname: text('--hostname', ['Config', 'Hostname']),
  init: truth('--init', ['HostConfig', 'Init']),
  interactive: truth('--interactive', ['Config', 'OpenStdin']),
  ipc_mode: text('--ipc', ['HostConfig', 'IpcMode']),
  labels,
  links,
  log_driver: text('--log-driver', ['HostConfig', 'LogConfig', 'Type']),
  log_options: { ...pairs('--log-opt', ['HostConfig', 'LogConfig', 'Config']), arg: { ...dict, aliases: ['log_opt'] } },
  memory: size('memory', '--memory', ['HostConfig', 'Memory'], true),
  memory_reservation: size('memory_reservation', '--memory-reservation', ['HostConfig', 'MemoryReservation'], true),
  memory_swap: size('memory_swap', '--memory-swap', ['HostConfig', 'MemorySwap'], true),
  memory_swappiness: number('--memory-swappiness', ['HostConfig', 'MemorySwappiness']),
  mounts,
  oom_killer: {
    ...truth('--oom-kill-disable', ['HostConfig', 'OomKillDisable']),
  },
  oom_score_adj: number('--oom-score-adj', ['HostConfig', 'OomScoreAdj']),
  pid_mode: text('--pid', ['HostConfig', 'PidMode']),
  pids_limit: number('--pids-limit', ['HostConfig', 'PidsLimit']),
  privileged: truth('--privileged', ['HostConfig', 'Privileged']),
  publish_all_ports: truth('--publish-all', ['HostConfig', 'PublishAllPorts']),
  published_ports: published,
  read_only: truth('--read-only', ['HostConfig', 'ReadonlyRootfs']),
  runtime: text('--runtime', ['HostConfig', 'Runtime']),
  security_opts: many('--security-opt', ['HostConfig', 'SecurityOpt']),
  shm_size: size('shm_size', '--shm-size', ['HostConfig', 'ShmSize']),
  stop_signal: text('--stop-signal', ['Config', 'StopSignal']),
  storage_opts: pairs('--storage-opt', ['HostConfig', 'StorageOpt']),
  sysctls: pairs('--sysctl', ['HostConfig', 'Sysctls']),
  tmpfs,
  tty: truth('--tty', ['Config', 'Tty']),
  ulimits,
  user: text('--user', ['Config', 'User']),
  userns_mode: text('--userns', ['HostConfig', 'UsernsMode']),
  uts: text('--uts', ['HostConfig', 'UTSMode']),
  volume_driver: text('--volume-driver', ['HostConfig', 'VolumeDriver']),
  volumes,
  volumes_from: many('--volumes-from', ['HostConfig', 'VolumesFrom']),
  working_dir: text('--workdir', ['Config', 'WorkingDir']),
};
