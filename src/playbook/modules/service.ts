import { Fault } from '#core/errors.ts';
import type { Difference } from '#core/plan.ts';
import { t } from '#core/text.ts';
import type { Module, ModulePlan } from './module.ts';
import { applyService, finishService } from './service/apply.ts';
import { probeService, readService, type ServiceArgs, type ServiceState } from './service/probe.ts';

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

/** Starts, stops, restarts, reloads, enables and disables a service, with systemd or whatever the host has. */
export const service: Module<ServiceArgs, ServiceState> = {
  name: 'service',
  quick: true,
  args: {
    name: { type: 'str', required: true, aliases: ['service'] },
    state: { type: 'str', choices: ['started', 'stopped', 'restarted', 'reloaded'] },
    enabled: { type: 'bool' },
  },
  freeForm: 'kv',
  prepare: (args) => {
    const { state, enabled } = args;
    if (state === undefined && enabled === undefined) {
      throw new Fault({
        code: 'module.arguments',
        say: t('service: one of state and enabled is needed.', 'service : il faut state ou enabled.'),
      });
    }
    return {
      name: nameOf(args.name),
      ...(typeof state === 'string' && { state }),
      ...(typeof enabled === 'boolean' && { enabled }),
    };
  },
  probe: probeService,
  read: readService,
  plan,
  apply: applyService,
  finish: finishService,
};
