import { arg, definePlugin, question, t, z } from '#kit';
import { entriesCard } from './card.ts';

/** How far back an actor written by a short name is looked for. */
const searched = 500;

/** Who did what. */
export default definePlugin({
  name: 'audit',
  about: t('Who did what', 'Qui a fait quoi'),
  settings: z.strictObject({}),
  commands: [
    question({
      name: 'audit',
      about: t('The last entries of the audit', 'Les dernières entrées de l’audit'),
      permission: 'audit.read',
      needs: ['audit'],
      args: {
        count: arg.number({ about: t('how many', 'combien'), default: 10, min: 1, max: 100 }),
        actor: arg.word({ about: t('only by whom', 'seulement par qui'), optional: true, after: 'by' }),
      },
      examples: ['audit', 'audit 30', 'audit 20 by ada'],
      async answer({ args, audit, now, actor }) {
        const whole = args.actor?.includes(':') ? args.actor : undefined;
        const entries = await audit.last(args.actor === undefined || whole ? args.count : searched, whole);
        const short = args.actor?.toLowerCase();
        const wanted =
          short === undefined || whole
            ? entries
            : entries.filter((entry) => entry.actor.toLowerCase().split(':').at(-1) === short);
        return entriesCard(wanted.slice(0, args.count), args.actor, now(), actor.timeZone);
      },
    }),
  ],
});
