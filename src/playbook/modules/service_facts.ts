import type { JsonObject } from '#core/json.ts';
import type { Applied, Module } from './module.ts';
import { readFields } from './state/fields.ts';
import { sayFunction, toolPath } from './state/tools.ts';

type Service = { readonly name: string; readonly state: string; readonly status?: string; readonly source: string };

const probe = (): string => `${toolPath}
${sayFunction}
if command -v service >/dev/null 2>&1 && ! command -v chkconfig >/dev/null 2>&1 && ! command -v rc-status >/dev/null 2>&1; then
  service --status-all 2>/dev/null </dev/null | say sysv
fi
read -r c </proc/1/comm 2>/dev/null || c=
case $c in *systemd*) command -v systemctl >/dev/null 2>&1 && {
  u=$(systemctl list-units --no-pager --type service --all --plain --no-legend 2>/dev/null); printf '%s\\n' "$u" | say units
  f=$(systemctl list-unit-files --no-pager --type service --all --no-legend 2>/dev/null); printf '%s\\n' "$f" | say files
  n=$(printf '%s\\n' "$f" | while read -r a b; do case $a in *@.service | '') continue ;; esac; case "
$u" in *"
$a "*) ;; *) printf '%s ' "$a" ;; esac; done)
  [ -z "$n" ] || { echo "asked=$n"; systemctl show --property=ActiveState $n 2>/dev/null | say states; }
} ;; esac
echo end`;

const bad = new Set(['not-found', 'masked', 'failed']);

const fromSysv = (text: string): readonly Service[] =>
  [...text.matchAll(/^\s*\[ ([+-]) \]\s+(.+)$/gm)].map(([, mark, name = '']) => ({
    name,
    state: mark === '+' ? 'running' : 'stopped',
    source: 'sysv',
  }));

const fromUnits = (text: string): readonly Service[] =>
  text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([name]) => name?.includes('.service'))
    .map(([name = '', load = '', active = '', sub]) => ({
      name,
      state: sub === 'running' ? 'running' : 'stopped',
      status: bad.has(load) ? load : active === 'failed' ? 'failed' : active,
      source: 'systemd',
    }));

const statesOf = (names: string, text: string): ReadonlyMap<string, string> => {
  const states = [...text.matchAll(/^ActiveState=(.*)$/gm)].map(([, state = '']) => state);
  const asked = names.split(' ').filter((name) => name !== '');
  return new Map(asked.map((name, index) => [name, states[index] ?? 'unknown']));
};

const withFiles = (
  units: readonly Service[],
  files: string,
  states: ReadonlyMap<string, string>,
): readonly Service[] => {
  const known = new Map(units.map((unit) => [unit.name, unit]));
  for (const line of files.split('\n')) {
    const [name, status] = line.trim().split(/\s+/);
    if (name === undefined || status === undefined || !name.includes('.service')) continue;
    const unit = known.get(name);
    if (unit === undefined) known.set(name, { name, state: states.get(name) ?? 'unknown', status, source: 'systemd' });
    else if (!bad.has(unit.status ?? '')) known.set(name, { ...unit, status });
  }
  return [...known.values()];
};

/** Every service the host tells of, by name. */
export const readServices = (output: Applied): readonly Service[] => {
  const fields = readFields(output);
  const states = statesOf(fields.get('asked') ?? '', fields.raw('states') ?? '');
  const units = fromUnits(fields.raw('units') ?? '');
  return [...fromSysv(fields.raw('sysv') ?? ''), ...withFiles(units, fields.raw('files') ?? '', states)];
};

const resultOf = (services: readonly Service[]): JsonObject => ({
  ansible_facts: { services: Object.fromEntries(services.map((service) => [service.name, { ...service }])) },
});

/** Says which services there are and how they stand, as facts of the host. Nothing changes. */
export const serviceFacts: Module<null, readonly Service[]> = {
  name: 'service_facts',
  args: {},
  freeForm: 'kv',
  prepare: () => null,
  probe,
  read: readServices,
  subjects: (_args, services) => [
    ...services.flatMap(({ name }) => [name, name.replace(/\.service$/, '')]),
    ...['package *', '/etc/systemd/system/*', '/usr/lib/systemd/system/*', '/lib/systemd/system/*', '/etc/init.d/*'],
  ],
  tells: ['services'],
  plan: (_args, services) =>
    services.length > 0
      ? { differences: [], result: resultOf(services) }
      : { differences: [], result: { skipped: true, msg: 'Failed to find any services.' }, skipped: true },
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
