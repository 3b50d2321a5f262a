import { arg, definePlugin, question, t, z } from '#kit';
import { linesCard, noTargets, unknownTarget, whose } from './cards.ts';

/** Lines are counted over this many, and the newest of them shown. */
const counted = 500;

/** Log lines, from whatever plugin knows the target. */
export default definePlugin({
  name: 'logs',
  about: t('Log lines', 'Des lignes de journal'),
  settings: z.strictObject({}),
  commands: [
    question({
      name: 'logs',
      about: t('The newest log lines of a host', 'Les dernières lignes de journal d’un hôte'),
      permission: 'logs.read',
      needs: ['logs'],
      args: {
        target: arg.word({ about: t('whose logs', 'les journaux de qui'), optional: true }),
        words: arg.words({
          about: t('only lines with all these words', 'seulement les lignes avec tous ces mots'),
          optional: true,
        }),
        since: arg.duration({
          about: t('how far back', 'depuis combien de temps'),
          named: true,
          default: 30 * 60_000,
          min: 1_000,
          max: 30 * 86_400_000,
        }),
        level: arg.choice({
          about: t('only this bad, or worse', 'seulement aussi grave, ou plus'),
          named: true,
          optional: true,
          choices: ['debug', 'info', 'warn', 'error'],
        }),
        limit: arg.number({
          about: t('how many lines', 'combien de lignes'),
          named: true,
          default: 20,
          min: 1,
          max: 200,
        }),
      },
      examples: ['logs', 'logs web-1', 'logs web-1 timeout --since 2h --level error'],
      async answer({ args, logs, now, signal, actor }) {
        const targets = await logs.targets(signal);
        const target = args.target ?? (targets.length === 1 ? targets[0] : undefined);
        if (targets.length === 0) return noTargets;
        if (target === undefined) return whose(targets);
        if (!targets.includes(target)) return unknownTarget(target, targets);
        const to = now();
        const words = args.words ?? [];
        const level = args.level === undefined ? {} : { level: args.level };
        const asked = { target, words, from: to - args.since, to, limit: Math.max(counted, args.limit), ...level };
        return linesCard(asked, await logs.logs(asked, signal), args, actor.timeZone);
      },
    }),
  ],
});
