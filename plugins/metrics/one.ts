import { type Card, type Figures, join, show, type Text, t } from '#kit';
import { draw, nothingYet, period, pictured, verdict } from './cards.ts';
import { type Ground, labelOf, type Measured, rankOf } from './measure.ts';

const tones = ['good', 'warn', 'bad'] as const;

/** One figure: now, average, highest, and its chart. */
export async function oneCard(context: Ground, measured: Measured): Promise<Card> {
  const { figures, metric, target, note, to } = measured;
  const { since } = context.args;
  if (!figures) return nothingYet(target, since);
  const shown = (value: number) => show.figure(value, metric.unit);
  const when = show.time(figures.highestAt, context.actor.timeZone, to);
  const image = await draw(context, measured, altOf(measured, figures, when));
  const rank = rankOf(measured);
  return {
    tone: tones[rank],
    title: join([target, t(': ', ' : '), labelOf(metric), ' ', shown(figures.now), verdict(rank)]),
    text: join([metric.about, ', ', period(measured.span)]),
    fields: [
      { label: t('Now', 'Maintenant'), value: shown(figures.now) },
      { label: t('Average', 'Moyenne'), value: shown(figures.average) },
      { label: t('Highest', 'Maximum'), value: join([shown(figures.highest), t(' at ', ' à '), when]) },
      { label: t('Lowest', 'Minimum'), value: shown(figures.lowest) },
    ],
    ...pictured(image, note),
  };
}

/** The picture in words, with its numbers. */
function altOf({ metric, target, span }: Measured, figures: Figures, when: string): Text {
  const shown = (value: number) => show.figure(value, metric.unit);
  const limit = metric.bad ?? metric.warn;
  return join([
    labelOf(metric),
    `, ${target}, `,
    period(span),
    t(': now ', ' : maintenant '),
    shown(figures.now),
    t(', average ', ', moyenne '),
    shown(figures.average),
    t(', highest ', ', maximum '),
    shown(figures.highest),
    t(' at ', ' à '),
    when,
    ...(limit === undefined ? [] : [t(', limit ', ', limite '), shown(limit)]),
  ]);
}
