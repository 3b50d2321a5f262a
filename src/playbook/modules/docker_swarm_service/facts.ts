import type { Json, JsonObject } from '#core/json.ts';
import { at } from '../docker/engine.ts';
import type { ServiceArgs } from './arguments.ts';
import { serviceOptions } from './options.ts';

const rollback = /^rollback_/;

/** How many nanoseconds, or parts of a processor, are one. */
const perCpu = 1e9;

const told = (name: string, value: Json): Json =>
  (name === 'limit_cpu' || name === 'reserve_cpu') && typeof value === 'number' ? value / perCpu : value;

/** The service as Ansible returns it: what the task says, null for what it leaves to Docker. */
export function factsOf(
  args: ServiceArgs,
  spec: JsonObject | undefined,
  env: Readonly<Record<string, string>> | undefined,
): JsonObject {
  const names = Object.keys(serviceOptions);
  const value = (name: string): Json => told(name, args.wanted[name] ?? null);
  const back = names.filter((name) => rollback.test(name));
  const replicas = args.replicas ?? at(spec, 'Mode', 'Replicated', 'Replicas') ?? 1;
  return {
    ...Object.fromEntries(names.filter((name) => !rollback.test(name)).map((name) => [name, value(name)])),
    image: args.image,
    mode: args.mode,
    replicas: args.mode === 'global' ? null : replicas,
    env: env === undefined ? null : Object.entries(env).map(([name, one]) => `${name}=${one}`),
    force_update: args.force ? true : null,
    rollback_config: back.some((name) => args.wanted[name] !== undefined)
      ? Object.fromEntries(back.map((name) => [name.replace(rollback, ''), value(name)]))
      : null,
  };
}
