import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { type Fields, failureOf, readFields } from './state/fields.ts';
import { toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface HostnameState {
  /** What the kernel says, what is kept for the next start, and the whole name. */
  readonly now: string;
  readonly kept: string;
  readonly fqdn: string;
  readonly systemd: boolean;
}

const prepare = (args: JsonObject): string => {
  const name = String(args.name);
  if (name.length <= 64 && /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/.test(name)) return name;
  throw wrong(
    `hostname: “${name}” is not a host name: letters, digits, - and ., at most 64.`,
    `hostname : « ${name} » n’est pas un nom d’hôte : lettres, chiffres, - et ., 64 au plus.`,
  );
};

const told = 'printf \'%s\\n\' "fqdn=$(hostname -f 2>/dev/null || hostname 2>/dev/null || uname -n)"';

const probe = [
  toolPath,
  'printf \'%s\\n\' "now=$(hostname 2>/dev/null || uname -n)"',
  'k=; [ -r /etc/hostname ] && k=$(grep -v "^#" /etc/hostname | head -n 1); printf \'%s\\n\' "kept=$k"',
  '[ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1 && echo systemd=yes',
  told,
  'echo end',
].join('\n');

const readState = (fields: Fields): HostnameState => ({
  now: fields.get('now') ?? '',
  kept: (fields.get('kept') ?? '').trim(),
  fqdn: fields.get('fqdn') ?? '',
  systemd: fields.get('systemd') === 'yes',
});

const factsOf = (name: string, fqdn: string): JsonObject => ({
  ansible_facts: {
    ansible_hostname: name.split('.')[0] ?? name,
    ansible_nodename: name,
    ansible_fqdn: fqdn,
    ansible_domain: fqdn.split('.').slice(1).join('.'),
  },
});

const plan = (name: string, state: HostnameState): ModulePlan => {
  const aspects = [
    ['name', state.now],
    ['name after a restart', state.kept],
  ] as const;
  const differences = aspects
    .filter(([, before]) => before !== name)
    .map(([aspect, before]): Difference => ({ subject: 'hostname', aspect, before, after: name }));
  return { differences, result: { name, ...factsOf(name, differences.length === 0 ? state.fqdn : name) } };
};

const apply = (name: string, state: HostnameState, made: ModulePlan, quote: Quote): Apply | undefined => {
  if (made.differences.length === 0) return undefined;
  const word = quote(name);
  const keep = state.systemd
    ? `hostnamectl --pretty --static set-hostname ${word} || exit 1`
    : `printf '%s\\n' ${word} >/etc/hostname || exit 1`;
  const set = state.systemd ? `hostnamectl --transient set-hostname ${word} || exit 1` : `hostname ${word} || exit 1`;
  const lines = [
    toolPath,
    ...(state.kept === name ? [] : [keep]),
    ...(state.now === name ? [] : [set]),
    told,
    'echo end',
  ];
  return { script: lines.join('\n') };
};

const finish = (name: string, made: ModulePlan, applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code !== 0) {
    const msg = failureOf(applied);
    return { result: { ...made.result, msg }, changed: false, failed: msg };
  }
  return { result: { name, ...factsOf(name, readFields(applied).get('fqdn') ?? name) }, changed: true };
};

/** The host's own name, now and after a restart. `/etc/hosts` is not touched, as with Ansible. */
export const hostname: Module<string, HostnameState> = {
  name: 'hostname',
  quick: true,
  args: {
    name: { type: 'str', required: true },
    /** What the host has decides: hostnamectl where systemd runs, else the file and the command. */
    use: {
      type: 'str',
      choices: ['alpine', 'debian', 'generic', 'redhat', 'sles', 'systemd'],
    },
  },
  freeForm: 'kv',
  prepare,
  probe: () => probe,
  read: (output) => readState(readFields(output)),
  plan,
  subjects: () => ['hostname'],
  apply,
  finish: (name, _state, made, applied) => finish(name, made, applied),
};
