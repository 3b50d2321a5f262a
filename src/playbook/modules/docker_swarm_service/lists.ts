import type { Json, JsonObject } from '#core/json.ts';
import { at, isObject, listAt, textOf, textsOf } from '../docker/engine.ts';
import { bytesOf } from '../docker/units.ts';
import { wrong } from '../state/wrong.ts';
import type { NetworkNames, ServiceOption } from './option.ts';

const textsIn = (value: Json): readonly string[] => listAt({ value }, 'value').map(textOf);

/** How the entries of an option are found on both sides. */
interface Entries {
  /** Where a task says them. */
  readonly asked: readonly string[];
  /** One of a task's, as the docker command is told. */
  entry(value: Json): string;
  /** Those of a service, in the same words. */
  there(spec: JsonObject, networks: NetworkNames): readonly string[];
  /** By what the docker command knows one again that is to go. */
  known?(entry: string): string;
  /** True where one that comes takes the place of what is known by the same. */
  readonly replaces?: true;
}

/** Several values with one flag: what is too many goes, what is missing comes. */
function several(flag: string, { asked, entry, there, known = (one) => one, replaces }: Entries): ServiceOption {
  const missing = (wanted: Json, present: Json): readonly string[] =>
    textsIn(wanted).filter((one) => !textsIn(present).includes(one));
  return {
    wanted: (args) => {
      const value = at(args, ...asked);
      return value === null ? undefined : listAt({ value }, 'value').map(entry);
    },
    present: there,
    same: (wanted, present) =>
      missing(wanted, present).length === 0 && textsIn(wanted).length === textsIn(present).length,
    make: (wanted) => textsIn(wanted).map((one) => `${flag}=${one}`),
    change: (wanted, present) => {
      const come = missing(wanted, present);
      const stays = replaces ? come.map(known) : [];
      const gone = missing(present, wanted).map(known);
      return [
        ...gone.filter((one) => !stays.includes(one)).map((one) => `${flag}-rm=${one}`),
        ...come.map((one) => `${flag}-add=${one}`),
      ];
    },
  };
}

/** Names with values: what a service has besides stays, unless nothing at all is wanted. */
function named(flag: string, asked: string, there: (spec: JsonObject) => Json): ServiceOption {
  const told = (value: Json): readonly string[] =>
    Object.entries(textsOf(value)).map(([name, one]) => `${name}=${one}`);
  const other = (wanted: Json, present: Json): JsonObject =>
    Object.fromEntries(Object.entries(textsOf(wanted)).filter(([name, one]) => textsOf(present)[name] !== one));
  const empties = (wanted: Json): boolean => Object.keys(textsOf(wanted)).length === 0;
  return {
    wanted: (args) => (isObject(args[asked]) ? textsOf(args[asked]) : undefined),
    present: (spec) => textsOf(there(spec)),
    same: (wanted, present) => (empties(wanted) ? empties(present) : Object.keys(other(wanted, present)).length === 0),
    make: (wanted) => told(wanted).map((one) => `${flag}=${one}`),
    change: (wanted, present) =>
      empties(wanted)
        ? Object.keys(textsOf(present)).map((name) => `${flag}-rm=${name}`)
        : told(other(wanted, present)).map((one) => `${flag}-add=${one}`),
  };
}

/** `a=b,c=d` as the docker command reads it: comma-separated, with quotes around what has a comma. */
const fields = (parts: readonly (readonly [string, string | undefined])[]): string =>
  parts
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]))
    .map((one) => (/[",\n]/.test(one) ? `"${one.replaceAll('"', '""')}"` : one))
    .join(',');

/** The part of such a line with that name. */
const fieldOf = (line: string, name: string): string =>
  [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)]
    .map(([, one = '']) => (one.startsWith('"') ? one.slice(1, -1).replaceAll('""', '"') : one))
    .find((one) => one.startsWith(`${name}=`))
    ?.slice(name.length + 1) ?? '';

const optional = (value: Json, ...names: readonly string[]): string | undefined => {
  const found = at(value, ...names);
  return found === null ? undefined : textOf(found);
};

/** The first thing a task has to say of an entry. */
const needed = (value: Json, name: string, option: string): string => {
  const found = optional(value, name);
  if (found !== undefined && found !== '') return found;
  throw wrong(
    `docker_swarm_service: ${option} needs ${name}.`,
    `docker_swarm_service : ${option} a besoin de ${name}.`,
  );
};

const publish: Entries = {
  asked: ['publish'],
  entry: (value) =>
    fields([
      ['mode', optional(value, 'mode') ?? 'ingress'],
      ['protocol', optional(value, 'protocol') ?? 'tcp'],
      ['published', optional(value, 'published_port')],
      ['target', needed(value, 'target_port', 'publish')],
    ]),
  there: (spec) =>
    listAt(spec, 'EndpointSpec', 'Ports').map((port) =>
      fields([
        ['mode', optional(port, 'PublishMode') ?? 'ingress'],
        ['protocol', optional(port, 'Protocol') ?? 'tcp'],
        ['published', optional(port, 'PublishedPort')],
        ['target', optional(port, 'TargetPort')],
      ]),
    ),
  known: (entry) =>
    fields(['mode', 'protocol', 'target'].map((name): [string, string] => [name, fieldOf(entry, name)])),
};

const labelFields = (name: string, value: Json): [string, string][] =>
  Object.entries(textsOf(value)).map(([key, one]) => [name, `${key}=${one}`]);

/** A yes is told, a no is what a mount is anyway. */
const yes = (value: Json): string | undefined => (value === true ? 'true' : undefined);

const octal = (value: Json): string | undefined =>
  typeof value === 'number' ? `0${value.toString(8)}` : optional({ value }, 'value');

const sizeOf = (value: Json): string | undefined =>
  value === null ? undefined : String(bytesOf('tmpfs_size', textOf(value)));

const mounts: Entries = {
  asked: ['mounts'],
  entry: (value) =>
    fields([
      ['type', optional(value, 'type') ?? 'bind'],
      ['source', optional(value, 'source')],
      ['target', needed(value, 'target', 'mounts')],
      ['readonly', yes(at(value, 'readonly'))],
      ['bind-propagation', optional(value, 'propagation')],
      ['volume-nocopy', yes(at(value, 'no_copy'))],
      ['volume-driver', optional(value, 'driver_config', 'name')],
      ...labelFields('volume-opt', at(value, 'driver_config', 'options')),
      ...labelFields('volume-label', at(value, 'labels')),
      ['tmpfs-size', sizeOf(at(value, 'tmpfs_size'))],
      ['tmpfs-mode', octal(at(value, 'tmpfs_mode'))],
    ]),
  there: (spec) =>
    listAt(spec, 'TaskTemplate', 'ContainerSpec', 'Mounts').map((mount) =>
      fields([
        ['type', optional(mount, 'Type')],
        ['source', optional(mount, 'Source')],
        ['target', optional(mount, 'Target')],
        ['readonly', yes(at(mount, 'ReadOnly'))],
        ['bind-propagation', optional(mount, 'BindOptions', 'Propagation')],
        ['volume-nocopy', yes(at(mount, 'VolumeOptions', 'NoCopy'))],
        ['volume-driver', optional(mount, 'VolumeOptions', 'DriverConfig', 'Name')],
        ...labelFields('volume-opt', at(mount, 'VolumeOptions', 'DriverConfig', 'Options')),
        ...labelFields('volume-label', at(mount, 'VolumeOptions', 'Labels')),
        ['tmpfs-size', optional(mount, 'TmpfsOptions', 'SizeBytes')],
        ['tmpfs-mode', octal(at(mount, 'TmpfsOptions', 'Mode'))],
      ]),
    ),
  known: (entry) => fieldOf(entry, 'target'),
  replaces: true,
};

/** Files that the swarm keeps: configurations and secrets. */
const kept = (kind: 'config' | 'secret', there: string, name: string): Entries => ({
  asked: [`${kind}s`],
  entry: (value) =>
    fields([
      ['source', needed(value, `${kind}_name`, `${kind}s`)],
      ['target', optional(value, 'filename') ?? optional(value, `${kind}_name`)],
      ['uid', optional(value, 'uid') ?? '0'],
      ['gid', optional(value, 'gid') ?? '0'],
      ['mode', octal(at(value, 'mode')) ?? '0444'],
    ]),
  there: (spec) =>
    listAt(spec, 'TaskTemplate', 'ContainerSpec', there).map((one) =>
      fields([
        ['source', optional(one, name)],
        ['target', optional(one, 'File', 'Name')],
        ['uid', optional(one, 'File', 'UID')],
        ['gid', optional(one, 'File', 'GID')],
        ['mode', octal(at(one, 'File', 'Mode'))],
      ]),
    ),
  known: (entry) => fieldOf(entry, 'source'),
});

const aliases = (value: Json, name: string): [string, string][] =>
  textsIn(at(value, name))
    .toSorted()
    .map((one) => ['alias', one]);

const networks: Entries = {
  asked: ['networks'],
  entry: (value) =>
    typeof value === 'string'
      ? fields([['name', value]])
      : fields([
          ['name', needed(value, 'name', 'networks')],
          ...aliases(value, 'aliases'),
          ...labelFields('driver-opt', at(value, 'options')),
        ]),
  there: (spec, names) =>
    listAt(spec, 'TaskTemplate', 'Networks').map((one) => {
      const id = optional(one, 'Target') ?? '';
      return fields([
        ['name', names[id] ?? id],
        ...aliases(one, 'Aliases'),
        ...labelFields('driver-opt', at(one, 'DriverOpts')),
      ]);
    }),
  known: (entry) => fieldOf(entry, 'name'),
};

const plain = (asked: readonly string[], ...there: readonly string[]): Entries => ({
  asked,
  entry: textOf,
  there: (spec) => listAt(spec, 'TaskTemplate', ...there).map(textOf),
});

const preferences: Entries = {
  asked: ['placement', 'preferences'],
  entry: (value) => fields(Object.entries(textsOf(value))),
  there: (spec) =>
    listAt(spec, 'TaskTemplate', 'Placement', 'Preferences').map((one) =>
      fields([['spread', optional(one, 'Spread', 'SpreadDescriptor')]]),
    ),
};

const capability = (value: Json): string => {
  const name = textOf(value).toUpperCase();
  return name === 'ALL' || name.startsWith('CAP_') ? name : `CAP_${name}`;
};

const capabilities = (asked: string, there: string): Entries => ({
  asked: [asked],
  entry: capability,
  there: (spec) => listAt(spec, 'TaskTemplate', 'ContainerSpec', there).map(capability),
});

const hostsOf = (spec: JsonObject): Json =>
  Object.fromEntries(
    listAt(spec, 'TaskTemplate', 'ContainerSpec', 'Hosts').flatMap((line) => {
      const [address = '', ...all] = textOf(line).split(/\s+/);
      return all.map((name): [string, string] => [name, address]);
    }),
  );

const hosts: ServiceOption = {
  ...named('--host', 'hosts', hostsOf),
  make: (wanted) => Object.entries(textsOf(wanted)).map(([name, address]) => `--host=${name}:${address}`),
  change: (wanted, present) => {
    const [after, before] = [textsOf(wanted), textsOf(present)];
    const gone = Object.entries(before).filter(([name, address]) => after[name] !== address);
    const come = Object.entries(after).filter(([name, address]) => before[name] !== address);
    return [
      ...gone
        .filter(([name]) => name in after || Object.keys(after).length === 0)
        .map(([name, address]) => `--host-rm=${name}:${address}`),
      ...come.map(([name, address]) => `--host-add=${name}:${address}`),
    ];
  },
};

/** The options of a service that are lists or dictionaries. */
export const listed: Readonly<Record<string, ServiceOption>> = {
  cap_add: several('--cap-add', capabilities('cap_add', 'CapabilityAdd')),
  cap_drop: several('--cap-drop', capabilities('cap_drop', 'CapabilityDrop')),
  configs: several('--config', kept('config', 'Configs', 'ConfigName')),
  constraints: several('--constraint', plain(['placement', 'constraints'], 'Placement', 'Constraints')),
  container_labels: named('--container-label', 'container_labels', (spec) =>
    at(spec, 'TaskTemplate', 'ContainerSpec', 'Labels'),
  ),
  dns: several('--dns', plain(['dns'], 'ContainerSpec', 'DNSConfig', 'Nameservers')),
  dns_options: several('--dns-option', plain(['dns_options'], 'ContainerSpec', 'DNSConfig', 'Options')),
  dns_search: several('--dns-search', plain(['dns_search'], 'ContainerSpec', 'DNSConfig', 'Search')),
  groups: several('--group', plain(['groups'], 'ContainerSpec', 'Groups')),
  hosts,
  labels: named('--label', 'labels', (spec) => at(spec, 'Labels')),
  mounts: several('--mount', mounts),
  networks: several('--network', networks),
  placement_preferences: several('--placement-pref', preferences),
  publish: several('--publish', publish),
  secrets: several('--secret', kept('secret', 'Secrets', 'SecretName')),
};
