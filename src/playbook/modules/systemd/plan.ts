import type { Json, JsonObject } from '#core/json.ts';
import type { FoundDifference, ModulePlan } from '../module.ts';
import type { SystemdArgs } from './arguments.ts';
import type { SystemdState } from './probe.ts';

const running = new Set(['active', 'activating', 'reloading']);

/** What systemd itself is to do first: no change of its own. */
const ownDifferences = (args: SystemdArgs): readonly FoundDifference[] =>
  [args.reloads ? 'daemon-reload' : '', args.reexecutes ? 'daemon-reexec' : '']
    .filter((aspect) => aspect !== '')
    .map((aspect) => ({ subject: 'systemd', aspect, before: false, after: true, how: true as const }));

const change = (args: SystemdArgs, aspect: string, before: Json, after: Json): FoundDifference => ({
  subject: args.name ?? '',
  aspect,
  before,
  after,
});

const stateDifferences = (args: SystemdArgs, state: SystemdState): readonly FoundDifference[] => {
  const { active = 'unknown' } = state;
  if (args.state === undefined || state.offline) return [];
  const now = running.has(active) ? 'started' : active === 'deactivating' ? 'stopping' : 'stopped';
  if (args.state === 'stopped') return now === 'stopped' ? [] : [change(args, 'state', now, 'stopped')];
  if (args.state === 'started') return now === 'started' ? [] : [change(args, 'state', now, 'started')];
  return [change(args, 'state', now, now === 'started' ? args.state : 'started')];
};

const differencesOf = (args: SystemdArgs, state: SystemdState): readonly FoundDifference[] => [
  ...ownDifferences(args),
  ...(args.masked === undefined || args.masked === state.masked
    ? []
    : [change(args, 'masked', state.masked, args.masked)]),
  ...(args.enabled === undefined || args.enabled === state.enabled
    ? []
    : [change(args, 'enabled', state.enabled, args.enabled)]),
  ...stateDifferences(args, state),
];

const failureOf = (args: SystemdArgs, state: SystemdState): string | undefined => {
  if (state.failed !== undefined) return state.failed;
  const { name } = args;
  if (name === undefined) return undefined;
  const acts = args.enabled !== undefined || args.state !== undefined;
  if (!state.exists && acts) return `Could not find the requested service ${name}: host`;
  const stateless = args.state !== undefined && state.active === undefined && !state.offline;
  return stateless ? 'Service is in unknown state' : undefined;
};

const resultOf = (args: SystemdArgs, state: SystemdState): JsonObject => ({
  name: args.name ?? null,
  ...(args.enabled !== undefined && { enabled: args.enabled }),
  ...(args.state !== undefined && { state: args.state === 'stopped' ? 'stopped' : 'started' }),
  status: state.status,
});

/** What would change of the unit. */
export const planSystemd = (args: SystemdArgs, state: SystemdState): ModulePlan => {
  const failed = failureOf(args, state);
  if (failed !== undefined) return { differences: [], result: { name: args.name ?? null, msg: failed }, failed };
  return { differences: differencesOf(args, state), result: resultOf(args, state) };
};
