import { arg, definePlugin, question, t, z } from '#kit';
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
        }),
        metric: arg.word({ about: t('which figure; all when left out', 'quel chiffre ; tous sinon'), optional: true }),
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
        const target = args.target ?? 'machine';
        const known = await metrics.metrics(target, signal);
        if (known.length === 0) {
          // `metrics cpu`: the only word may be a figure of the machine.
          const own = args.metric === undefined ? await metrics.metrics('machine', signal) : [];
          if (own.some(({ name }) => name === args.target))
            return oneCard(context, await measure(context, 'machine', target));
          return unknownTarget(target, await metrics.targets(signal));
        }
        const wanted = args.metric?.toLowerCase();
        if (wanted === undefined) {
          const all = await Promise.all(known.map(({ name }) => measure(context, target, name)));
          return overviewCard(context, target, all);
        }
        if (!known.some(({ name }) => name === wanted)) return unknownMetric(target, wanted, known);
        return oneCard(context, await measure(context, target, wanted));
      },
    }),
  ],
});
