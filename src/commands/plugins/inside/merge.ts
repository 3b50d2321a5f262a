import type { Logs, LogsAnswer, Metrics, MetricsAnswer } from '#core/capabilities.ts';
import { Fault } from '#core/errors.ts';
import type { Log } from '#core/log.ts';
import { t } from '#core/text.ts';

/** One plugin's capability; `run` does its work under the plugin's name. */
export interface Provider<C> {
  readonly plugin: string;
  capability(): C;
  readonly log: Log;
  run<T>(work: () => Promise<T>): Promise<T>;
}

const unknownTarget = (target: string) =>
  new Fault({
    code: 'capability.unknown_target',
    say: t(`Nothing is known about “${target}”.`, `Rien n’est connu de « ${target} ».`),
  });

/** Asks every provider; one that fails is left out and logged, so that the others still answer. */
async function askAll<C, T>(
  providers: readonly Provider<C>[],
  ask: (capability: C) => Promise<T>,
): Promise<readonly { readonly provider: Provider<C>; readonly value: T }[]> {
  const answers = await Promise.all(
    providers.map(async (provider) => {
      try {
        return [{ provider, value: await provider.run(() => ask(provider.capability())) }];
      } catch (error) {
        provider.log.warn({ error }, 'this provider did not answer');
        return [];
      }
    }),
  );
  return answers.flat();
}

const union = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())];

/** Several metrics providers as one: all targets, and the first that knows a target answers. */
export function mergeMetrics(providers: readonly Provider<Metrics>[]): Metrics {
  const knowing = async (target: string, signal: AbortSignal) => {
    const answers = await askAll(providers, (one) => one.metrics(target, signal));
    return answers.filter(({ value }) => value.length > 0);
  };
  return {
    targets: async (signal) => union((await askAll(providers, (one) => one.targets(signal))).map(({ value }) => value)),
    metrics: async (target, signal) => {
      const seen = new Set<string>();
      const all = (await knowing(target, signal)).flatMap(({ value }) => value);
      return all.filter(({ name }) => !seen.has(name) && seen.add(name));
    },
    async query(query, signal): Promise<MetricsAnswer> {
      const knows = await knowing(query.target, signal);
      const chosen = knows.find(({ value }) => value.some(({ name }) => name === query.metric)) ?? knows[0];
      if (!chosen) throw unknownTarget(query.target);
      const { provider } = chosen;
      return { ...(await provider.run(() => provider.capability().query(query, signal))), provider: provider.plugin };
    },
  };
}

/** Several logs providers as one. */
export function mergeLogs(providers: readonly Provider<Logs>[]): Logs {
  return {
    targets: async (signal) => union((await askAll(providers, (one) => one.targets(signal))).map(({ value }) => value)),
    async logs(query, signal): Promise<LogsAnswer> {
      const answers = await askAll(providers, (one) => one.targets(signal));
      const chosen = answers.find(({ value }) => value.includes(query.target));
      if (!chosen) throw unknownTarget(query.target);
      const { provider } = chosen;
      return { ...(await provider.run(() => provider.capability().logs(query, signal))), provider: provider.plugin };
    },
  };
}
