import { arg, definePlugin, inLanguage, listed, type MetricName, type Metrics, question, t, z } from '#kit';
import { unknownMetric, unknownTarget } from './cards.ts';
import { measure } from './measure.ts';
import { oneCard } from './one.ts';
import { overviewCard } from './overview.ts';

/** Figures over time, from whatever plugin knows the target. */
export default definePlugin({
  name: 'metrics',
  about: t('Figures over time', 'Des chiffres dans le temps'),
  settings: z.strictObject({}),
  commands: [
    question({
      name: 'metrics',
      about: t('Figures of a host, with a chart', 'Les chiffres d’un hôte, avec une courbe'),
      permission: 'metrics.read',
      needs: ['metrics', 'charts'],
      args: {
        target: arg.word({
          about: t('of what; the machine when left out', 'de quoi ; la machine sinon'),
          optional: true,
          lists: 'metrics',
        }),
        metric: arg.word({
          about: t('which figure; all when left out', 'quel chiffre ; tous sinon'),
          optional: true,
          lists: 'figures',
        }),
        since: arg.duration({
          about: t('how far back', 'depuis combien de temps'),
          named: true,
          default: 3_600_000,
          min: 60_000,
          max: 48 * 3_600_000,
        }),
      },
      examples: ['metrics', 'metrics machine', 'metrics web-1 cpu --since 1h'],
      async answer(context) {
        const { args, metrics, signal } = context;
        const asked = args.target ?? 'machine';
        const { target, known } = await figuresOf(asked, metrics, signal);
        if (known.length === 0) {
          // `metrics cpu`: the only word may be a figure of the machine.
          const own = args.metric === undefined ? await metrics.metrics('machine', signal) : [];
          const figure = called(asked, own);
          if (figure) return oneCard(context, await measure(context, 'machine', figure.name));
          return { do: 'refuse', card: unknownTarget(asked, await metrics.targets(signal)) };
        }
        if (args.metric === undefined) {
          const all = await Promise.all(known.map(({ name }) => measure(context, target, name)));
          return overviewCard(context, target, all);
        }
        const wanted = called(args.metric, known);
        if (!wanted) return { do: 'refuse', card: unknownMetric(target, args.metric, known) };
        return oneCard(context, await measure(context, target, wanted.name));
      },
    }),
  ],
});

/** The figures of a target, which may be written with other capitals than its source writes it. */
async function figuresOf(asked: string, metrics: Metrics, signal: AbortSignal) {
  const known = await metrics.metrics(asked, signal);
  const target = known.length > 0 ? asked : listed(asked, await metrics.targets(signal));
  if (target === undefined || target === asked) return { target: asked, known };
  return { target, known: await metrics.metrics(target, signal) };
}

/** The metric a person names, by what it is asked by or by what it is called on screen. */
const called = (word: string, known: readonly MetricName[]): MetricName | undefined => {
  const wanted = word.toLowerCase();
  return known.find(
    ({ name, label = name }) =>
      name === wanted || inLanguage(label, 'en') === wanted || inLanguage(label, 'fr') === wanted,
  );
};
