import { type AuditEntry, arg, type Card, definePlugin, type Needs, question, t, z } from '#kit';
import { entriesCard } from './card.ts';
import { ordersOf } from './sentences.ts';
import { whatHappened } from './what-happened.ts';

/** What is asked for is picked from the newest entries: page after page, so many pages at most. */
const page = 500;
const mostPages = 20;

const count = arg.number({ about: t('how many', 'combien'), default: 10, min: 1, max: 100 });
const actor = arg.words({
  about: t('only by whom', 'seulement par qui'),
  optional: true,
  after: 'by',
  lists: 'people',
});

interface Asked {
  readonly args: { readonly count: number; readonly actor?: readonly string[] | undefined };
  readonly audit: Needs['audit'];
  readonly people: Needs['people'];
  readonly actor: { readonly timeZone?: string };
  now(): number;
}

/** A name as it is compared: small letters, and without the full stop that a phone adds. */
const plain = (name: string | undefined) => name?.toLowerCase().replace(/\.$/, '');

/** Who acted, and whose token an entry is about. */
const idsIn = ({ actor: id, details }: AuditEntry): readonly string[] =>
  typeof details.actor === 'string' ? [id, details.actor] : [id];

async function answer({ args, audit, people, now, actor: reader }: Asked, all: boolean): Promise<Card> {
  const by = args.actor?.join(' ') || undefined;
  const entries: AuditEntry[] = [];
  for (let pages = 1; ; pages += 1) {
    const actor = by?.includes(':') ? by : undefined;
    const more = await audit.last(page, { actor, before: entries.at(-1)?.seq });
    entries.push(...more);
    const who = await people.called([...new Set(entries.flatMap(idsIn))].slice(0, 1_000));
    const isMeant = ({ actor: id }: AuditEntry) => {
      const called = who.get(id);
      return [id, called?.short, called?.name, called?.shown].some((one) => plain(one) === plain(by));
    };
    const theirs = by === undefined ? entries : entries.filter(isMeant);
    const shown = (all ? theirs : whatHappened(theirs)).slice(0, args.count);
    const whole = more.length < page;
    if (shown.length < args.count && !whole && pages < mostPages) continue;
    const about = { entries: shown, orders: ordersOf(entries), who, all, ...(by === undefined ? {} : { by }) };
    return entriesCard({ ...about, ...(whole ? {} : { among: entries.length }) }, now(), reader.timeZone);
  }
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
      needs: ['audit', 'people'],
      args: { count, actor },
      examples: ['audit', 'audit 30', 'audit 20 by ada'],
      answer: (context) => answer(context, false),
    }),
    question({
      name: 'audit all',
      about: t('Who did what, questions and logins too', 'Qui a fait quoi, avec les questions et connexions'),
      permission: 'audit.read',
      needs: ['audit', 'people'],
      args: { count, actor },
      examples: ['audit all', 'audit all 30 by ada'],
      answer: (context) => answer(context, true),
    }),
  ],
});
