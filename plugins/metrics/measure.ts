import {
  type CardImage,
  type ChartRequest,
  type Figures,
  join,
  type Language,
  type Metrics,
  type MetricsAnswer,
  show,
  type Text,
  t,
} from '#kit';

/** What the cards of this plugin work with. */
export interface Ground {
  readonly args: { readonly since: number };
  readonly actor: { readonly timeZone?: string };
  readonly language: Language;
  readonly metrics: Metrics;
  readonly charts: { draw(request: ChartRequest, alt: Text): Promise<CardImage> };
  readonly log: { warn(fields: object, message: string): void };
  readonly signal: AbortSignal;
  now(): number;
}

/** One metric of one target over the time asked for; no `figures` when nothing was measured. */
export interface Measured extends Pick<MetricsAnswer, 'metric' | 'series' | 'note'> {
  readonly target: string;
  readonly from: number;
  readonly to: number;
  /** How long it was measured for: less than asked where the first figures are younger. */
  readonly span: number;
  readonly figures?: Figures;
}

/** About as many points as a chart can show: what is said in words does not come of them, where the source says more. */
const points = 360;

/** Asks for one metric and adds it up. Of several series the figures are of all together. */
export async function measure(context: Ground, target: string, metric: string): Promise<Measured> {
  const to = context.now();
  const from = to - context.args.since;
  const answer = await context.metrics.query({ target, metric, from, to, points }, context.signal);
  const { series } = answer;
  const found = answer.figures ?? figuresOf(series.flatMap(({ points: all }) => all));
  const begun = found?.first;
  const late = begun !== undefined && begun - from > context.args.since / 10;
  const notes = [...(answer.note ? [answer.note] : []), ...(late ? [measuredSince(begun, to, context)] : [])];
  return {
    ...{ target, to, series, metric: answer.metric, span: late ? to - begun : context.args.since },
    // A chart that is empty but for its last minutes shows nothing: it begins where the figures do.
    from: late ? Math.max(from, Math.min(begun, to - shortestMs)) : from,
    ...(notes.length > 0 ? { note: join(notes, ' ') } : {}),
    ...(found ? { figures: found } : {}),
  };
}

/** No chart is shorter than this. */
const shortestMs = 5 * 60_000;

const measuredSince = (at: number, now: number, { actor }: Ground): Text => {
  const when = show.time(at, actor.timeZone, now);
  return t(`Measured since ${when}.`, `Mesuré depuis ${when}.`);
};

/** Adds up points; undefined without any. */
export function figuresOf(all: readonly (readonly [number, number | null])[]): Figures | undefined {
  const real = all.filter((point): point is readonly [number, number] => point[1] !== null);
  const [start] = real;
  if (!start) return undefined;
  const newest = real.reduce((last, point) => (point[0] >= last[0] ? point : last), start);
  const highest = real.reduce((top, point) => (point[1] > top[1] ? point : top), start);
  const lowest = real.reduce((low, [, value]) => Math.min(low, value), start[1]);
  const average = real.reduce((sum, [, value]) => sum + value, 0) / real.length;
  const first = real.reduce((least, [at]) => Math.min(least, at), start[0]);
  return { now: newest[1], average, lowest, highest: highest[1], highestAt: highest[0], first };
}

/** What a metric is called on screen. */
export const labelOf = ({ name, label }: Measured['metric']): Text => label ?? name;

/** 0 fine, 1 above the warning, 2 above the worse one. */
export function rankOf({ metric, figures }: Measured): 0 | 1 | 2 {
  if (!figures) return 0;
  if (metric.bad !== undefined && figures.now >= metric.bad) return 2;
  return metric.warn !== undefined && figures.now >= metric.warn ? 1 : 0;
}
