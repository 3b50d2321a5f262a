import type { Json, JsonObject } from '#core/json.ts';
import { present } from '#core/present.ts';
import { factsProbe, unquoted } from '../facts.ts';
import type { Applied, Quote } from '../modules/module.ts';
import { type Fields, readFields } from '../modules/state/fields.ts';
import { localFacts, localProbe } from './local.ts';
import { networkFacts, networkProbe } from './network.ts';

/** Where a host keeps facts of its own. */
export const factPath = '/etc/ansible/facts.d';

/** What a person may ask only in a playbook: the environment, the network, what the machine is, and its own facts. */
const more = String.raw`
awk 'BEGIN { for (k in ENVIRON) if (k ~ /^[A-Za-z_][A-Za-z0-9_]*$/) { v = ENVIRON[k]; gsub(/\\/, "&&", v); gsub(/\n/, "\\n", v); print "env." k "=" v } }' 2>/dev/null
while read -r d m f o r; do case $d in /* | *:*) say mount "$d $m $f $o" ;; esac; done </proc/mounts 2>/dev/null
while IFS=: read -r k v; do case $k in processor* | vendor_id* | "model name"* | "physical id"* | "cpu cores"* | siblings*) say cpu "$k:$v" ;; esac; done </proc/cpuinfo 2>/dev/null
say virt "$(systemd-detect-virt 2>/dev/null)"
[ -r /sys/fs/selinux/enforce ] && read -r e </sys/fs/selinux/enforce && say selinux "$e"
[ -r /etc/lsb-release ] && while IFS='=' read -r k v; do say "lsb.$k" "$v"; done </etc/lsb-release
[ -r /proc/cmdline ] && read -r c </proc/cmdline && say cmdline "$c"
[ -r /etc/machine-id ] && read -r c </etc/machine-id && say machine.id "$c"
`;

/** Prints all that `setup` gives. Reads only, but for the programs that tell a host's own facts. */
export const setupProbe = (quote: Quote, folder: string = factPath): string =>
  [factsProbe(quote).replace(/\nend$/, ''), more.trim(), networkProbe, localProbe(folder, quote), 'echo end'].join(
    '\n',
  );

const families: ReadonlyMap<string, string> = new Map(
  Object.entries({
    debian: 'Debian',
    ubuntu: 'Debian',
    raspbian: 'Debian',
    linuxmint: 'Debian',
    rhel: 'RedHat',
    centos: 'RedHat',
    fedora: 'RedHat',
    rocky: 'RedHat',
    almalinux: 'RedHat',
    amzn: 'RedHat',
    alpine: 'Alpine',
    arch: 'Archlinux',
    suse: 'Suse',
    opensuse: 'Suse',
    sles: 'Suse',
  }),
);

const distributions: ReadonlyMap<string, string> = new Map(
  Object.entries({
    debian: 'Debian',
    ubuntu: 'Ubuntu',
    rhel: 'RedHat',
    centos: 'CentOS',
    fedora: 'Fedora',
    rocky: 'Rocky',
    almalinux: 'AlmaLinux',
    amzn: 'Amazon',
    alpine: 'Alpine',
    arch: 'Archlinux',
  }),
);

const familyOf = (id: string, like: string): string | undefined =>
  [id, ...like.split(' ')].map((name) => families.get(name)).find((family) => family !== undefined);

const megabytes = (fields: Fields, key: string): number | undefined => {
  const value = fields.number(key);
  return value === undefined ? undefined : Math.floor(value / 1024);
};

const packages: ReadonlyMap<string, string> = new Map(Object.entries({ 'apt-get': 'apt' }));

/** `env.HOME=/root`: every variable by its name. */
const environmentOf = (fields: Fields): JsonObject =>
  Object.fromEntries(
    fields
      .keys()
      .filter((key) => key.startsWith('env.'))
      .map((key) => [
        key.slice('env.'.length),
        (fields.get(key) ?? '').replace(/\\(\\|n)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
      ]),
  );

/** The kernel writes blanks and the like in a mount's name as octal numbers. */
const unescaped = (word: string): string =>
  word.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

function mountsOf(fields: Fields): readonly JsonObject[] {
  const sizes = new Map(
    fields.all('disk').flatMap((line) => {
      const [, total, free, mount] = /^(\d+) (-?\d+) (.+)$/.exec(line) ?? [];
      return mount === undefined
        ? []
        : [[mount, { size_total: Number(total) * 1024, size_available: Number(free) * 1024 }]];
    }),
  );
  return fields.all('mount').map((line) => {
    const [device = '', mount = '', fstype = '', options = ''] = line.split(' ').map(unescaped);
    return { device, mount, fstype, options, ...sizes.get(mount) };
  });
}

/** How often each value of a line of `/proc/cpuinfo` comes. */
const cpuLines = (fields: Fields, name: string): readonly string[] =>
  fields.all('cpu').flatMap((line) => {
    const [key = '', ...value] = line.split(':');
    return key.trim() === name ? [value.join(':').trim()] : [];
  });

function processorFacts(fields: Fields): JsonObject {
  const cpus = fields.number('cpus');
  const sockets = new Set(cpuLines(fields, 'physical id')).size || 1;
  const cores = Number(cpuLines(fields, 'cpu cores')[0] ?? 1);
  const threads = Number(cpuLines(fields, 'siblings')[0] ?? cores) / (cores || 1);
  const vendors = cpuLines(fields, 'vendor_id');
  const models = cpuLines(fields, 'model name');
  return {
    ...present({ ansible_processor_vcpus: cpus, ansible_processor_nproc: cpus }),
    ansible_processor: cpuLines(fields, 'processor').flatMap((number, index) =>
      [number, vendors[index], models[index]].filter((word) => word !== undefined),
    ),
    ansible_processor_count: sockets,
    ansible_processor_cores: cores,
    ansible_processor_threads_per_core: Math.max(1, Math.floor(threads)),
  };
}

/** What systemd calls a machine, and what Ansible does. */
const machines: ReadonlyMap<string, string> = new Map(
  Object.entries({
    none: 'NA',
    '': 'NA',
    oracle: 'virtualbox',
    vmware: 'VMware',
    microsoft: 'VirtualPC',
    amazon: 'kvm',
  }),
);

function virtualizationFacts(fields: Fields): JsonObject {
  const said = fields.get('virt') ?? '';
  const type = machines.get(said) ?? said;
  return { ansible_virtualization_type: type, ansible_virtualization_role: type === 'NA' ? 'NA' : 'guest' };
}

const selinuxOf = (fields: Fields): JsonObject => {
  const enforce = fields.get('selinux');
  if (enforce === undefined) return { status: 'disabled' };
  return { status: 'enabled', mode: enforce === '1' ? 'enforcing' : 'permissive' };
};

const lsbOf = (fields: Fields): JsonObject => {
  const release = unquoted(fields.get('lsb.DISTRIB_RELEASE'));
  return present({
    id: unquoted(fields.get('lsb.DISTRIB_ID')),
    release,
    codename: unquoted(fields.get('lsb.DISTRIB_CODENAME')),
    description: unquoted(fields.get('lsb.DISTRIB_DESCRIPTION')),
    major_release: release?.split('.')[0],
  }) as JsonObject; // texts and nothing else
};

const cmdlineOf = (fields: Fields): JsonObject =>
  Object.fromEntries(
    (fields.get('cmdline') ?? '')
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word): [string, Json] => {
        const at = word.indexOf('=');
        return at < 0 ? [word, true] : [word.slice(0, at), word.slice(at + 1)];
      }),
  );

/** The commonly used facts of Ansible's `setup`, by their names with `ansible_` in front. */
export const readSetup = (output: Applied): JsonObject => {
  const fields = readFields(output);
  const id = unquoted(fields.get('release.ID')) ?? '';
  const version = unquoted(fields.get('release.VERSION_ID'));
  const hostname = fields.get('hostname') ?? '';
  const manager = fields.get('package');
  return {
    ansible_hostname: hostname.split('.')[0] ?? hostname,
    ansible_nodename: hostname,
    ansible_fqdn: fields.get('fqdn') || hostname,
    ansible_system: fields.get('os') ?? '',
    ansible_kernel: fields.get('kernel') ?? '',
    ansible_architecture: fields.get('machine') ?? '',
    ansible_machine: fields.get('machine') ?? '',
    ansible_distribution: distributions.get(id) ?? unquoted(fields.get('release.NAME')) ?? fields.get('os') ?? '',
    ...present({
      ansible_distribution_version: version,
      ansible_distribution_major_version: version?.split('.')[0],
      ansible_distribution_release: unquoted(fields.get('release.VERSION_CODENAME')),
      ansible_os_family: familyOf(id, unquoted(fields.get('release.ID_LIKE')) ?? ''),
    }),
    ...processorFacts(fields),
    ...present({
      ansible_memtotal_mb: megabytes(fields, 'memory.MemTotal'),
      ansible_memfree_mb: megabytes(fields, 'memory.MemFree'),
      ansible_swaptotal_mb: megabytes(fields, 'memory.SwapTotal'),
      ansible_uptime_seconds: fields.number('uptime'),
    }),
    ...networkFacts(fields),
    ...virtualizationFacts(fields),
    ansible_domain: domainOf(fields.get('fqdn') ?? ''),
    ansible_env: environmentOf(fields),
    ansible_mounts: mountsOf(fields),
    ansible_selinux: selinuxOf(fields),
    ansible_lsb: lsbOf(fields),
    ansible_cmdline: cmdlineOf(fields),
    ansible_local: localFacts(fields),
    ...present({
      ansible_machine_id: fields.get('machine.id'),
      ansible_swapfree_mb: megabytes(fields, 'memory.SwapFree'),
      ansible_pkg_mgr: manager && (packages.get(manager) ?? manager),
    }),
    ansible_service_mgr: fields.get('init') ?? 'service',
    ansible_user_id: fields.get('user.id') ?? '',
    ...present({
      ansible_user_uid: fields.number('user.uid'),
      ansible_user_gid: fields.number('user.gid'),
    }),
    ansible_user_dir: fields.get('user.dir') ?? '',
    ansible_date_time: dateOf(fields.get('date') ?? ''),
  };
};

const domainOf = (fqdn: string): string => fqdn.split('.').slice(1).join('.');

/** The host's date in UTC, in the parts that playbooks use. */
const dateOf = (iso: string): JsonObject => {
  const [, date = '', time = ''] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z$/.exec(iso) ?? [];
  const [year = '', month = '', day = ''] = date.split('-');
  return { iso8601: iso, date, time, year, month, day, epoch: String(Math.floor(Date.parse(iso || '1970') / 1000)) };
};
