import { availableParallelism } from 'node:os';
import { type MetricName, type Metrics, type MetricsAnswer, type PluginContext, t } from '#kit';

/** How long samples are kept, in hours. */
export const keptHours = 48;

const sampleMs = 10_000;

/** Its figures, by the same limits as `status`, and as grave: a full one is to be looked at, and nothing is broken yet. */
export const metricNames: readonly MetricName[] = [
  {
    name: 'cpu',
    label: t('cpu', 'processeur'),
    about: t('processor in use', 'processeur utilisé'),
    unit: 'percent',
    warn: 90,
  },
  {
    name: 'memory',
    label: t('memory', 'mémoire'),
    about: t('memory in use', 'mémoire utilisée'),
    unit: 'percent',
    warn: 95,
  },
  {
    name: 'disk',
    label: t('disk', 'disque'),
    about: t('disk in use', 'disque utilisé'),
    unit: 'percent',
    warn: 90,
  },
  {
    name: 'load',
    label: t('load', 'charge'),
    about: t('load, one minute', 'charge, une minute'),
    unit: 'load',
    warn: 2 * availableParallelism(),
  },
  { name: 'received', label: t('received', 'reçu'), about: t('network, received', 'réseau, reçu'), unit: 'bytes/s' },
  { name: 'sent', label: t('sent', 'envoyé'), about: t('network, sent', 'réseau, envoyé'), unit: 'bytes/s' },
];

interface Settings {
  readonly alsoKnownAs: readonly string[];
}

/** The machine's figures, under its own names and those of the hosts that run on it. */
export function createMetrics({ settings, series }: PluginContext<Settings>, own: readonly string[]): Metrics {
  const machine = ['machine', ...own];
  const knows = (target: string) => machine.includes(target) || settings.alsoKnownAs.includes(target);
  const noteFor = (target: string): Pick<MetricsAnswer, 'note'> =>
    machine.includes(target)
      ? {}
      : {
          note: t(
            `${target} runs on this machine: these are the machine’s figures.`,
            `${target} tourne sur cette machine : ce sont les chiffres de la machine.`,
          ),
        };
  return {
    targets: async () => [...machine, ...settings.alsoKnownAs],
    metrics: async (target) => (knows(target) ? metricNames : []),
    async query({ target, metric: wanted, from, to, points }) {
      const metric = metricNames.find(({ name }) => name === wanted);
      if (!metric || !knows(target)) throw new Error(`no metric ${wanted} for ${target}`);
      const step = Math.max(sampleMs, Math.ceil((to - from) / Math.max(1, points) / sampleMs) * sampleMs);
      const { points: found, figures } = await series.summary(metric.name, from, to, step);
      const drawn = [{ name: metric.name, points: withGaps(found, step) }];
      return { metric, series: drawn, ...(figures ? { figures } : {}), ...noteFor(target) };
    },
  };
}

/** Marks where samples are missing, so that a chart shows a gap and no line across it. */
export function withGaps(
  found: readonly (readonly [number, number])[],
  step: number,
): readonly (readonly [number, number | null])[] {
  return found.flatMap(([at, value], place): readonly (readonly [number, number | null])[] => {
    const before = found[place - 1];
    // One step may stay empty by mere timing: two make a gap.
    const gap = before !== undefined && at - before[0] > 2.5 * step;
    return gap
      ? [
          [before[0] + step, null],
          [at, value],
        ]
      : [[at, value]];
  });
}
