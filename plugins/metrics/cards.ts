import { type Card, type CardImage, inLanguage, join, type MetricName, nearestFirst, show, type Text, t } from '#kit';
import { type Ground, labelOf, type Measured } from './measure.ts';

const mostOffered = 6;

/** `the last 1 h`. */
export const period = (ms: number): Text => join([t('the last ', 'depuis '), show.duration(ms / 1000)]);

/** How grave a figure is, after it: in French of the value, as what is measured may be of either gender. */
export const verdict = (rank: 0 | 1 | 2): Text =>
  rank === 0 ? '' : rank === 1 ? t(' (high)', ' (valeur élevée)') : t(' (too high)', ' (valeur trop élevée)');

/** Nothing is known of that target: what there is, as buttons. */
export const unknownTarget = (target: string, targets: readonly string[]): Card => ({
  tone: 'warn',
  title: t(`Nothing measures “${target}”`, `Rien ne mesure « ${target} »`),
  text:
    targets.length === 0
      ? t('No plugin gives figures here.', 'Aucun greffon ne donne de chiffres ici.')
      : t(
          `There are figures of: ${targets.slice(0, 20).join(', ')}.`,
          `Il y a des chiffres de : ${targets.slice(0, 20).join(', ')}.`,
        ),
  actions: nearestFirst(target, targets)
    .filter((name) => /^[\w.-]+$/.test(name))
    .slice(0, mostOffered)
    .map((name, place) => ({ id: `target-${place}`, label: name, line: `metrics ${name}` })),
});

/** The target has no such figure: those it has, as buttons. */
export const unknownMetric = (target: string, metric: string, known: readonly MetricName[]): Card => ({
  tone: 'warn',
  title: t(`${target} has no figure “${metric}”`, `${target} n’a pas de chiffre « ${metric} »`),
  text: join([t('It has: ', 'Il a : '), known.map(({ name }) => name).join(', '), '.']),
  actions: known
    .slice(0, mostOffered)
    .map(({ name, about }, place) => ({ id: `metric-${place}`, label: about, line: `metrics ${target} ${name}` })),
});

const limitWord = t('limit', 'limite');

/** Draws a chart; a card without its picture is better than no card. */
export async function draw(context: Ground, measured: Measured, alt: Text): Promise<CardImage | undefined> {
  const { metric, series, from, to, target } = measured;
  const limit = metric.bad ?? metric.warn;
  const zone = context.actor.timeZone;
  try {
    return await context.charts.draw(
      {
        title: `${target}: ${inLanguage(labelOf(metric), context.language)}`,
        ...{ unit: metric.unit, from, to, series },
        ...(limit === undefined ? {} : { threshold: { value: limit, label: inLanguage(limitWord, context.language) } }),
        ...(zone === undefined ? {} : { timeZone: zone }),
      },
      alt,
    );
  } catch (error) {
    if (context.signal.aborted) throw error;
    context.log.warn({ error }, 'the chart could not be drawn');
    return undefined;
  }
}

/** The picture, or a word about its absence; and what the reader must know of the figures. */
export function pictured(image: CardImage | undefined, note: Text | undefined): Pick<Card, 'image' | 'footer'> {
  const absent = image ? [] : [t('The chart could not be drawn.', 'La courbe n’a pas pu être tracée.')];
  const said = [...(note ? [note] : []), ...absent];
  return { ...(image ? { image } : {}), ...(said.length > 0 ? { footer: join(said, ' · ') } : {}) };
}

/** A word and a button for a target that was not measured in that time. */
export const nothingYet = (target: string, since: number): Card => ({
  tone: 'warn',
  title: join([t(`${target}: no figures in `, `${target} : aucun chiffre `), period(since)]),
  text: t(
    'The first figures come a few seconds after the bot has started.',
    'Les premiers chiffres arrivent quelques secondes après le démarrage du bot.',
  ),
  actions: [{ id: 'again', label: t('Look again', 'Regarder encore'), line: `metrics ${target}` }],
});
