import { arg, commandsWith, definePlugin, type HostFacts, t, z } from '#kit';
import { statusCard } from './card.ts';
import { limitsOf } from './judge.ts';

const settings = z.strictObject({
  /** Above this share of a disk, in percent, a host needs care. */
  diskPercent: z.number().min(1).max(100).default(90),
  memoryPercent: z.number().min(1).max(100).default(95),
  /** Above this load per processor. */
  loadPerCpu: z.number().min(0.1).default(2),
});

const { question } = commandsWith(settings);

/** Is every host well? The worst comes first. */
export default definePlugin({
  name: 'status',
  about: t('Says how hosts are', 'Dit comment vont les hôtes'),
  settings,
  commands: [
    question({
      name: 'status',
      about: t(
        'Whether hosts answer, their load, memory, disks and failed services',
        'Si les hôtes répondent, leur charge, mémoire, disques et services en échec',
      ),
      permission: 'status.read',
      needs: ['hosts', 'facts'],
      args: {
        hosts: arg.hosts({
          about: t('which hosts; all you may see when left out', 'quels hôtes ; tous ceux que vous voyez sinon'),
          optional: true,
        }),
      },
      examples: ['status', 'status web', 'status web-1'],
      async answer({ args, hosts, facts, settings, signal }) {
        const names = args.hosts ?? (await hosts.list()).map(({ name }) => name);
        const answers = await facts.gather(names, signal);
        return statusCard([...answers, ...silent(names, answers)], args.hosts, limitsOf(settings));
      },
    }),
  ],
});

/** A host nobody has a word about is in trouble, not absent. */
const silent = (names: readonly string[], answers: readonly HostFacts[]): readonly HostFacts[] => {
  const heard = new Set(answers.map(({ host }) => host));
  const reason = t('gave no answer', 'n’a pas répondu');
  return names.filter((name) => !heard.has(name)).map((host) => ({ host, reachable: false, reason }));
};
