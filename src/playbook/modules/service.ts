import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { Module, ModulePlan } from './module.ts';
import { applyService, finishService } from './service/apply.ts';
import { probeService, readService, type ServiceArgs, type ServiceState } from './service/probe.ts';
import { prepareSystemd } from './systemd/arguments.ts';
import { systemd } from './systemd.ts';

const nameOf = (value: unknown): string => {
  const name = String(value);
  if (/^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/.test(name)) return name;
  throw new Fault({
    code: 'module.arguments',
    say: t(`service: “${name}” is not the name of a service.`, `service : « ${name} » n’est pas un nom de service.`),
  });
};

const stateDifferences = (args: ServiceArgs, state: ServiceState): readonly Difference[] => {
  const now = state.running ? 'started' : 'stopped';
  if (args.state === undefined || args.state === now) return [];
  return [
    {
      subject: args.name,
      aspect: 'state',
      before: now,
      after: args.state === 'reloaded' && !state.running ? 'started' : args.state,
    },
  ];
};

const enabledDifferences = (args: ServiceArgs, state: ServiceState): readonly Difference[] =>
  args.enabled === undefined || args.enabled === state.enabled
    ? []
    : [{ subject: args.name, aspect: 'enabled', before: state.enabled, after: args.enabled }];

const plan = (args: ServiceArgs, state: ServiceState): ModulePlan => {
  const result = { name: args.name, ...(args.enabled !== undefined && { enabled: args.enabled }) };
  if (!state.exists) {
    const msg = `Could not find the requested service ${args.name}: host`;
    return { differences: [], result: { ...result, msg }, failed: msg };
  }
  const differences = [...enabledDifferences(args, state), ...stateDifferences(args, state)];
  return { differences, result: { ...result, state: state.running ? 'started' : 'stopped' } };
};

const prepareOwn = ({ name, state, enabled }: JsonObject): ServiceArgs => {
  if (state === undefined && enabled === undefined) {
    throw new Fault({
      code: 'module.arguments',
      say: t('service: one of state and enabled is needed.', 'service : il faut state ou enabled.'),
    });
  }
  return {
    name: nameOf(name),
    ...(typeof state === 'string' && { state }),
    ...(typeof enabled === 'boolean' && { enabled }),
  };
};

const common = {
  name: { type: 'str', required: true, aliases: ['service'] },
  state: { type: 'str', choices: ['started', 'stopped', 'restarted', 'reloaded'] },
  enabled: { type: 'bool' },
} satisfies Module['args'];

/** With whatever the host has: systemd, OpenRC or scripts of `/etc/init.d`. */
const own: Module<ServiceArgs, ServiceState> = {
  name: 'service',
  args: common,
  prepare: prepareOwn,
  probe: probeService,
  read: readService,
  plan,
  apply: applyService,
  finish: finishService,
};

/** Arguments that Ansible hands on to its module of systemd: then this is that module. */
const ofSystemd = ['masked', 'force', 'daemon_reload', 'daemon_reexec', 'scope', 'no_block'] as const;

/** Which of the two modules does it, and its prepared arguments. */
interface Chosen {
  readonly by: Module;
  readonly args: unknown;
}

const choose = (args: JsonObject): Chosen =>
  ofSystemd.some((name) => args[name] !== undefined)
    ? { by: systemd, args: prepareSystemd({ daemon_reload: false, daemon_reexec: false, scope: 'system', ...args }) }
    : { by: own, args: prepareOwn(args) };

/** Starts, stops, restarts, reloads, enables and disables a service, with systemd or whatever the host has. */
export const service: Module<Chosen> = {
  name: 'service',
  quick: true,
  args: {
    ...common,
    masked: { type: 'bool' },
    force: { type: 'bool' },
    daemon_reload: { type: 'bool', aliases: ['daemon-reload'] },
    daemon_reexec: { type: 'bool', aliases: ['daemon-reexec'] },
    scope: { type: 'str', choices: ['system', 'user', 'global'] },
    no_block: { type: 'bool' },
  },
  freeForm: 'kv',
  prepare: choose,
  probe: ({ by, args }, quote) => by.probe(args, quote),
  read: (output, { by, args }) => by.read(output, args),
  plan: ({ by, args }, state) => by.plan(args, state),
  subjects: ({ by, args }, state) => by.subjects?.(args, state) ?? [],
  apply: ({ by, args }, ...rest) => by.apply(args, ...rest),
  finish: ({ by, args }, ...rest) => by.finish(args, ...rest),
};
