import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Apply, Module, ModulePlan, ModuleResult, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface ZoneArgs {
  readonly name?: string;
  readonly hwclock?: string;
}

interface ZoneState {
  /** timedatectl answers. */
  readonly systemd: boolean;
  readonly name: string;
  readonly hwclock: string | undefined;
  /** The wanted zone is on the host. */
  readonly known: boolean;
}

const prepare = ({ name, hwclock }: JsonObject): ZoneArgs => {
  if (name === undefined && hwclock === undefined)
    throw wrong('timezone: one of name and hwclock is needed.', 'timezone : il faut name ou hwclock.');
  if (typeof name === 'string' && !/^[A-Za-z0-9](?:[\w+/-]*[\w+-])?$/.test(name))
    throw wrong(
      `timezone: “${name}” is not the name of a time zone.`,
      `timezone : « ${name} » n’est pas un fuseau horaire.`,
    );
  return { ...(typeof name === 'string' && { name }), ...(typeof hwclock === 'string' && { hwclock }) };
};

const probe = (args: ZoneArgs, quote: Quote): string =>
  [
    toolPath,
    sayFunction,
    'if command -v timedatectl >/dev/null 2>&1 && s=$(timedatectl status 2>/dev/null); then printf %s "$s" | say status; fi',
    'l=; [ -L /etc/localtime ] && l=$(readlink /etc/localtime); printf \'%s\\n\' "link=${l##*/zoneinfo/}"',
    'z=; [ -r /etc/timezone ] && IFS= read -r z </etc/timezone; printf \'%s\\n\' "file=$z"',
    ...(args.name === undefined ? [] : [`[ -f /usr/share/zoneinfo/${quote(args.name)} ] && echo known=yes`]),
    'echo end',
  ].join('\n');

const readState = (output: Parameters<typeof failureOf>[0]): ZoneState => {
  const fields = readFields(output);
  const status = fields.raw('status');
  const known = fields.get('known') === 'yes';
  if (status === undefined) {
    const [link = '', file = ''] = [fields.get('link'), fields.get('file')];
    /* Where both are kept and differ, the zone is not settled. */
    return { systemd: false, name: file === '' || file === link ? link : 'n/a', hwclock: undefined, known };
  }
  const local = /^\s*RTC in local TZ\s*:\s*(\S+)/m.exec(status)?.[1];
  return {
    systemd: true,
    name: /^\s*Time ?zone\s*:\s*(\S+)/m.exec(status)?.[1] ?? '',
    hwclock: local === undefined ? undefined : local === 'yes' ? 'local' : 'UTC',
    known,
  };
};

const obstacle = (args: ZoneArgs, state: ZoneState): string | undefined => {
  if (args.name !== undefined && !state.known && state.name !== args.name) {
    return `given timezone "${args.name}" is not available: install tzdata on the host, or correct the name`;
  }
  if (args.hwclock !== undefined && !state.systemd)
    return 'hwclock needs timedatectl, which does not answer on this host';
  return undefined;
};

const plan = (args: ZoneArgs, state: ZoneState): ModulePlan => {
  const msg = obstacle(args, state);
  if (msg !== undefined) return { differences: [], result: { msg }, failed: msg };
  const aspects = [
    ['name', state.name, args.name],
    ['hwclock', state.hwclock ?? null, args.hwclock],
  ] as const;
  const differences = aspects.flatMap(([aspect, before, after]): readonly Difference[] =>
    after === undefined || before === after ? [] : [{ subject: 'timezone', aspect, before, after }],
  );
  return { differences, result: {} };
};

const setName = (name: string, state: ZoneState, quote: Quote): string => {
  if (state.systemd) return `timedatectl set-timezone ${quote(name)} || exit 1`;
  return [
    `l=$(mktemp -u /etc/.localtime.XXXXXX) && ln -s /usr/share/zoneinfo/${quote(name)} "$l" && mv -f "$l" /etc/localtime || exit 1`,
    `if [ -e /etc/timezone ] || [ -e /etc/debian_version ]; then printf '%s\\n' ${quote(name)} >/etc/timezone || exit 1; fi`,
  ].join('\n');
};

const apply = (state: ZoneState, made: ModulePlan, quote: Quote): Apply | undefined => {
  const lines = made.differences.map(({ aspect, after }) =>
    aspect === 'name'
      ? setName(String(after), state, quote)
      : `timedatectl set-local-rtc ${after === 'local' ? 'yes' : 'no'} || exit 1`,
  );
  return lines.length === 0 ? undefined : { script: [toolPath, ...lines].join('\n') };
};

const finish = (made: ModulePlan, applied: Parameters<typeof failureOf>[0]): ModuleResult => {
  if (applied.code === 0) return { result: made.result, changed: true };
  const msg = failureOf(applied);
  return { result: { msg }, changed: false, failed: msg };
};

/** The host's time zone, and whether its hardware clock keeps local time. */
export const timezone: Module<ZoneArgs, ZoneState> = {
  name: 'timezone',
  quick: true,
  args: {
    name: { type: 'str' },
    hwclock: { type: 'str', choices: ['local', 'UTC'], aliases: ['rtc'] },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read: readState,
  plan,
  subjects: () => ['timezone'],
  apply: (_args, state, made, quote) => apply(state, made, quote),
  finish: (_args, _state, made, applied) => finish(made, applied),
};
