import { arg, change, definePlugin, type Needs, question, t, z } from '#kit';
import { listCard } from './list.ts';
import { showCard, unknownRun } from './one.ts';

const about = t('the number of the run', 'le numéro de l’exécution');

const run = arg.number({ about, min: 1, lists: 'runs' });

const namesOf = async (hosts: Needs['hosts']): Promise<ReadonlySet<string>> =>
  new Set((await hosts.list()).map(({ name }) => name));

/** What ran, what runs; and stopping it, or going on. */
export default definePlugin({
  name: 'runs',
  about: t('What ran and what runs', 'Ce qui a tourné et ce qui tourne'),
  settings: z.strictObject({}),
  commands: [
    question({
      name: 'runs',
      aliases: ['runs list'],
      about: t('The last runs', 'Les dernières exécutions'),
      permission: 'runs.read',
      needs: ['runs', 'people', 'hosts'],
      args: { count: arg.number({ about: t('how many', 'combien'), default: 10, min: 1, max: 50 }) },
      examples: ['runs', 'runs 30'],
      async answer({ args, runs, people, hosts, now, actor }) {
        const last = await runs.last(args.count);
        const who = await people.called(last.map((one) => one.actor));
        return listCard(last, who, now(), actor.timeZone, await namesOf(hosts));
      },
    }),
    question({
      name: 'runs show',
      about: t('One run, host by host', 'Une exécution, hôte par hôte'),
      permission: 'runs.read',
      needs: ['runs', 'people', 'hosts'],
      args: { run },
      examples: ['runs show 12'],
      async answer({ args, runs, people, hosts, now, actor }) {
        const found = await runs.get(args.run);
        if (!found) return { do: 'refuse', card: unknownRun(args.run) };
        const later = (await runs.last(200)).find(({ resumes }) => resumes === args.run);
        const who = await people.called([found.run.actor, ...found.approvedBy]);
        const names = await namesOf(hosts);
        return showCard({ ...found, who, later: later?.id, hosts: names }, now(), actor.timeZone);
      },
    }),
    change({
      name: 'runs cancel',
      about: t('Stop a run; a second time stops it at once', 'Arrêter une exécution ; une seconde fois, aussitôt'),
      permission: 'runs.cancel',
      risk: 'ordinary',
      needs: [],
      args: { run: arg.number({ about, min: 1, lists: 'running' }) },
      examples: ['runs cancel 12'],
      plan: ({ args }) => ({ do: 'cancel', run: args.run }),
    }),
    change({
      name: 'runs resume',
      about: t('Go on with an interrupted run', 'Reprendre une exécution interrompue'),
      permission: 'runs.resume',
      risk: 'ordinary',
      needs: [],
      args: { run: arg.number({ about, min: 1, lists: 'resumable' }) },
      examples: ['runs resume 12'],
      plan: ({ args }) => ({ do: 'resume', run: args.run }),
    }),
  ],
});
