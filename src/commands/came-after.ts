import type { Card } from '#core/card.ts';
import type { Refusal } from '#core/errors.ts';
import type { Run } from '#core/run.ts';
import { each, join, type Text, t } from '#core/text.ts';

/** How many runs a sentence names by number. */
const mostNamed = 5;

/** `14`, `14 and 15`, `14, 15 and 3 more`. */
function numbers(runs: readonly Run[]): Text {
  const ids = runs.map(({ id }) => `${id}`);
  const rest = ids.length - mostNamed;
  const shown = rest > 0 ? [...ids.slice(0, mostNamed), t(`${rest} more`, `${rest} de plus`)] : ids;
  const before = join(shown.slice(0, -1), ', ');
  return shown.length < 2 ? join(shown) : join([before, shown.at(-1) ?? ''], t(' and ', ' et '));
}

/** What one run is said to do, and what several are. */
interface Deed {
  readonly one: Text;
  readonly more: Text;
}

const changed: Deed = {
  one: t(' changed the same hosts since', ' a changé les mêmes hôtes depuis'),
  more: t(' changed the same hosts since', ' ont changé les mêmes hôtes depuis'),
};

const isAbout: Deed = {
  one: t(' is about to change the same hosts', ' va changer les mêmes hôtes'),
  more: t(' are about to change the same hosts', ' vont changer les mêmes hôtes'),
};

const isAboutToo: Deed = { one: t(' is about to', ' va le faire'), more: t(' are about to', ' vont le faire') };

const theRuns = (runs: readonly Run[]): Text =>
  join([runs.length === 1 ? t('run ', 'l’exécution ') : t('runs ', 'les exécutions '), numbers(runs)]);

const does = (runs: readonly Run[], { one, more }: Deed): Text => join([theRuns(runs), runs.length === 1 ? one : more]);

const capital = (text: Text): Text => each(text, (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}`);

/** What came after a plan: `Run 14 changed the same hosts since this was planned, and run 15 is about to`. */
function whatCame(later: readonly Run[], since: Text): Text {
  const waiting = later.filter(({ state }) => state === 'queued');
  const begun = later.filter(({ state }) => state !== 'queued');
  if (begun.length === 0) return capital(does(waiting, isAbout));
  const first = capital(join([does(begun, changed), since], ' '));
  return waiting.length === 0 ? first : join([first, t(', and ', ', et '), does(waiting, isAboutToo)]);
}

/** `what they do`: one run that is over did it. */
function whatTheyDo(later: readonly Run[]): Text {
  if (later.length > 1) return t('what they do', 'ce qu’elles font');
  return later[0]?.state === 'queued' ? t('what it does', 'ce qu’elle fait') : t('what it did', 'ce qu’elle a fait');
}

/** The card of a plan that a resumption goes on with says first which runs came after it: whoever confirms it knows. */
export function afterwards(card: Card, resumes: number | undefined, later: readonly Run[]): Card {
  if (resumes === undefined || later.length === 0) return card;
  const note = join([
    whatCame(later, t('this was planned', 'ce plan')),
    t(`: what is left of run ${resumes} may undo `, ` : le reste de la ${resumes} peut défaire `),
    whatTheyDo(later),
    '.',
  ]);
  const text = join([note, ...(card.text === undefined ? [] : [card.text])], '\n\n');
  return { ...card, tone: card.tone === 'bad' ? 'bad' : 'warn', text };
}

/** Why a service does not go on with a run: only a person can say whether what came after it may be undone. */
export const undoes = (id: number, later: readonly Run[]): Refusal => ({
  code: 'run.drifted',
  say: join([
    whatCame(later, t(`run ${id} was planned`, `le plan de la ${id}`)),
    t(': going on may undo ', ' : la reprendre peut défaire '),
    whatTheyDo(later),
    t('. Nothing was done.', '. Rien n’a été fait.'),
  ]),
  next: t('Give the order again, or resume it yourself.', 'Redonnez l’ordre, ou reprenez-la vous-même.'),
});
