import { arg, definePlugin, listed, question, t, z } from '#kit';
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
        target: arg.word({
          about: t('whose logs; the machine’s when left out', 'les journaux de qui ; ceux de la machine sinon'),
          optional: true,
          lists: 'logs',
        }),
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
      examples: ['logs', 'logs web-1 2h', 'logs web-1 timeout --since 2h --level error'],
      async answer({ args, logs, now, signal, actor }) {
        const targets = await logs.targets(signal);
        if (targets.length === 0) return { do: 'refuse', card: noTargets };
        const named = args.target ?? unasked(targets);
        if (named === undefined) return whose(targets);
        const target = listed(named, targets);
        if (target === undefined) return { do: 'refuse', card: unknownTarget(named, targets) };
        const to = now();
        const { words, level } = meant(args.words ?? [], args.level);
        const asked = {
          target,
          words,
          from: to - args.since,
          to,
          limit: Math.max(counted, args.limit),
          ...(level && { level }),
        };
        const others = args.target === undefined ? targets.filter((one) => one !== target) : [];
        const answer = await logs.logs(asked, signal);
        const isEmpty = answer.lines.length === 0 && words.length > 0;
        const without = isEmpty ? await logs.logs({ ...asked, words: [] }, signal) : undefined;
        return linesCard(asked, answer, { ...args, others, without }, actor.timeZone);
      },
    }),
  ],
});

/** “errors” and “warnings” alone ask for how bad the lines are, not for lines with that word. */
const levelWords = new Map<string, 'warn' | 'error'>([
  ...(['errors', 'erreurs'] as const).map((word) => [word, 'error'] as const),
  ...(['warnings', 'avertissements'] as const).map((word) => [word, 'warn'] as const),
]);

type Level = 'debug' | 'info' | 'warn' | 'error';

function meant(words: readonly string[], level: Level | undefined): { words: readonly string[]; level?: Level } {
  const named = words.length === 1 ? levelWords.get(words[0]?.toLowerCase() ?? '') : undefined;
  if (named !== undefined && level === undefined) return { words: [], level: named };
  return { words, ...(level && { level }) };
}

/** Whose logs are shown when nobody is named: the machine's the bot runs on, or the only ones there are. */
const unasked = (targets: readonly string[]): string | undefined =>
  targets.find((one) => one === 'machine') ?? (targets.length === 1 ? targets[0] : undefined);
