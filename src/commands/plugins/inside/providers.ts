import type { Capabilities, CapabilityName } from '#core/capabilities.ts';
import type { PluginContext } from '#kit/plugin.ts';
import type { ReadyPlugin } from './load.ts';
import { mergeLogs, mergeMetrics, type Provider } from './merge.ts';

/** Does some work under a plugin's name. */
export type WithName = <T>(plugin: string, work: () => T) => T;

/** One plugin with whatever it provides, not made yet. */
export interface Providing {
  readonly plugin: string;
  readonly log: Provider<unknown>['log'];
  readonly run: Provider<unknown>['run'];
  readonly provides: readonly CapabilityName[];
  make<K extends CapabilityName>(name: K): Capabilities[K];
}

/** The capabilities of all plugins; each is made when first used, so that loading runs none of that code. */
export function providers(
  ready: readonly ReadyPlugin[],
  ground: (one: ReadyPlugin) => PluginContext<unknown>,
  withName: WithName,
): readonly Providing[] {
  return ready.map((one) => {
    const { plugin, loaded } = one;
    const context = ground(one);
    const made: Partial<Capabilities> = {};
    return {
      plugin: loaded.name,
      log: context.log,
      provides: loaded.provides,
      run: (work) => withName(loaded.name, work),
      make: (name) => {
        const there = made[name] ?? plugin.provides?.[name]?.(context);
        if (!there) throw new Error(`${loaded.name} says it provides ${name} but gives none`);
        Object.assign(made, { [name]: there });
        return there;
      },
    };
  });
}

/** All providers of each capability as one. */
export function merged(all: readonly Providing[]): Capabilities {
  const of = <K extends CapabilityName>(name: K): readonly Provider<Capabilities[K]>[] =>
    all
      .filter(({ provides }) => provides.includes(name))
      .map(({ plugin, log, run, make }) => ({ plugin, log, run, capability: () => make(name) }));
  return { metrics: mergeMetrics(of('metrics')), logs: mergeLogs(of('logs')) };
}
