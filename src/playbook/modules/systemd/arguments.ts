import type { JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `systemd` and `systemd_service`. */
export const systemdArguments = {
  name: { type: 'str', aliases: ['service', 'unit'] },
  state: { type: 'str', choices: ['reloaded', 'restarted', 'started', 'stopped'] },
  enabled: { type: 'bool' },
  masked: { type: 'bool' },
  force: { type: 'bool', default: false },
  daemon_reload: { type: 'bool', default: false, aliases: ['daemon-reload'] },
  daemon_reexec: { type: 'bool', default: false, aliases: ['daemon-reexec'] },
  scope: { type: 'str', default: 'system', choices: ['system', 'user', 'global'] },
  no_block: { type: 'bool', default: false },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `systemd`. */
export interface SystemdArgs {
  /** Absent when only systemd itself is to reload. */
  readonly name?: string;
  readonly state?: 'reloaded' | 'restarted' | 'started' | 'stopped';
  readonly enabled?: boolean;
  readonly masked?: boolean;
  readonly reloads: boolean;
  readonly reexecutes: boolean;
  readonly scope: string;
  /** Words between `systemctl` and its verb. */
  readonly options: readonly string[];
}

const unitName = /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/;

const nameOf = (value: string): string => {
  if (unitName.test(value)) return value;
  throw wrong(`systemd: “${value}” is not the name of a unit.`, `systemd : « ${value} » n’est pas un nom d’unité.`);
};

const checkTogether = (args: JsonObject): void => {
  const wishes = ['state', 'enabled', 'masked'].filter((name) => args[name] !== undefined);
  if (wishes.length > 0 && args.name === undefined)
    throw wrong(`systemd: ${wishes[0]} needs a name.`, `systemd : ${wishes[0]} a besoin d’un nom (name).`);
  if (wishes.length === 0 && args.daemon_reload !== true && args.daemon_reexec !== true)
    throw wrong(
      'systemd: one of state, enabled, masked, daemon_reload and daemon_reexec is needed.',
      'systemd : il faut state, enabled, masked, daemon_reload ou daemon_reexec.',
    );
};

/** Checks the arguments. Throws a Fault when nothing is asked for, or of nobody. */
export const prepareSystemd = (args: JsonObject): SystemdArgs => {
  checkTogether(args);
  const scope = String(args.scope);
  return {
    ...(typeof args.name === 'string' && { name: nameOf(args.name) }),
    ...(typeof args.state === 'string' && { state: args.state as NonNullable<SystemdArgs['state']> }),
    ...(typeof args.enabled === 'boolean' && { enabled: args.enabled }),
    ...(typeof args.masked === 'boolean' && { masked: args.masked }),
    reloads: args.daemon_reload === true,
    reexecutes: args.daemon_reexec === true,
    scope,
    options: [
      ...(scope === 'system' ? [] : [`--${scope}`]),
      ...(args.no_block === true ? ['--no-block'] : []),
      ...(args.force === true ? ['--force'] : []),
    ],
  };
};
