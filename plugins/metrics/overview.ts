import { type Card, type Figures, join, show, type Text, t } from '#kit';
import { draw, nothingYet, period, pictured, verdict } from './cards.ts';
import { type Ground, labelOf, type Measured, rankOf } from './measure.ts';

const tones = ['good', 'warn', 'bad'] as const;

type Complete = Measured & { readonly figures: Figures };

/** How near its limit: what is charted is the figure nearest to trouble. */
const nearness = ({ metric, figures }: Complete): number => {
  const limit = metric.bad ?? metric.warn;
  return limit === undefined ? 0 : figures.highest / limit;
};

/** All figures of a target: a short table, and the chart of the worst. */
export async function overviewCard(context: Ground, target: string, all: readonly Measured[]): Promise<Card> {
  const measured = all.filter((one): one is Complete => one.figures !== undefined);
  const worst = measured.reduce<Complete | undefined>(
    (top, one) => (top && nearness(top) >= nearness(one) ? top : one),
    undefined,
  );
  if (!worst) return nothingYet(target, context.args.since);
  const image = await draw(context, worst, altOf(worst, target));
  const rank = measured.reduce<0 | 1 | 2>((top, one) => (rankOf(one) > top ? rankOf(one) : top), 0);
  const note = all.find((one) => one.note)?.note;
  return {
    tone: tones[rank],
    title: titleOf(target, measured),
    text: join([period(worst.span), t('; the chart shows ', ' ; la courbe montre '), worst.metric.about]),
    table: {
      columns: [t('Figure', 'Chiffre'), t('Now', 'Actuel'), t('Average', 'Moy.'), t('Highest', 'Max.')],
      rows: measured.map(({ metric, figures: { now, average, highest } }) => [
        labelOf(metric),
        ...[now, average, highest].map((value) => show.figure(value, metric.unit)),
      ]),
    },
    ...pictured(image, note),
    actions: measured
      .filter(({ metric }) => metric.name !== worst.metric.name)
      .slice(0, 3)
      .map(({ metric }) => ({ id: `m-${metric.name}`, label: metric.about, line: `metrics ${target} ${metric.name}` })),
  };
}

/** What is too high; when nothing is, the percentages. */
function titleOf(target: string, measured: readonly Complete[]): Text {
  const named = (list: readonly Complete[]): Text =>
    join(
      list.map(({ metric, figures }) => join([labelOf(metric), ' ', show.figure(figures.now, metric.unit)])),
      ', ',
    );
  const high = measured.filter((one) => rankOf(one) > 0).sort((a, b) => rankOf(b) - rankOf(a));
  const [highest] = high;
  if (highest) return join([target, t(': ', ' : '), named(high), verdict(rankOf(highest))]);
  const percents = measured.filter(({ metric }) => metric.unit === 'percent');
  return join([target, t(': ', ' : '), named((percents.length > 0 ? percents : measured).slice(0, 3))]);
}

const altOf = ({ metric, figures, span }: Complete, target: string): Text =>
  join([
    labelOf(metric),
    `, ${target}, `,
    period(span),
    t(': now ', ' : maintenant '),
    show.figure(figures.now, metric.unit),
    t(', highest ', ', maximum '),
    show.figure(figures.highest, metric.unit),
  ]);
