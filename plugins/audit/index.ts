import { type AuditEntry, arg, type Card, definePlugin, question, t, z } from '#kit';
import { entriesCard } from './card.ts';
import { ordersOf } from './sentences.ts';
import { whatHappened } from './what-happened.ts';

/** How far back is looked: what is asked for is picked from these. */
const searched = 500;

const count = arg.number({ about: t('how many', 'combien'), default: 10, min: 1, max: 100 });
const actor = arg.word({ about: t('only by whom', 'seulement par qui'), optional: true, after: 'by' });

interface Asked {
  readonly args: { readonly count: number; readonly actor?: string | undefined };
  readonly audit: { last(limit: number, actor?: string): Promise<readonly AuditEntry[]> };
  readonly actor: { readonly timeZone?: string };
  now(): number;
}

async function answer({ args, audit, now, actor: reader }: Asked, all: boolean): Promise<Card> {
  const by = args.actor;
  const whole = by?.includes(':') ? by : undefined;
  const entries = await audit.last(searched, whole);
  const short = whole ? undefined : by?.toLowerCase();
  const theirs = entries.filter((one) => short === undefined || one.actor.toLowerCase().split(':').at(-1) === short);
  const shown = (all ? theirs : whatHappened(theirs)).slice(0, args.count);
  const about = { entries: shown, orders: ordersOf(entries), all, ...(by === undefined ? {} : { by }) };
  return entriesCard(about, now(), reader.timeZone);
}

/** Who did what. */
export default definePlugin({
  name: 'audit',
  about: t('Who did what', 'Qui a fait quoi'),
  settings: z.strictObject({}),
  commands: [
    question({
      name: 'audit',
      about: t('Who did what', 'Qui a fait quoi'),
      permission: 'audit.read',
      needs: ['audit'],
      args: { count, actor },
      examples: ['audit', 'audit 30', 'audit 20 by ada'],
      answer: (context) => answer(context, false),
    }),
    question({
      name: 'audit all',
      about: t('Who did what, questions and logins too', 'Qui a fait quoi, avec les questions et connexions'),
      permission: 'audit.read',
      needs: ['audit'],
      args: { count, actor },
      examples: ['audit all', 'audit all 30 by ada'],
      answer: (context) => answer(context, true),
    }),
  ],
});
