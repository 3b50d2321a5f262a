import type { Series } from '#core/capabilities.ts';

/** A point of a chart: [ms since the epoch, value or null for a gap]. */
export type Point = readonly [number, number | null];

/** A series ready to be drawn. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** Finite points within the time, ascending; whatever is no number is a gap. */
export const within = (points: readonly Point[], from: number, to: number): readonly Point[] =>
  points
    .filter(([at]) => at >= from && at <= to)
    .map(([at, value]): Point => [at, value !== null && Number.isFinite(value) ? value : null])
    .sort((a, b) => a[0] - b[0]);

/**
 * At most about `2 × buckets` points: of each bucket the lowest and the highest stay, in their order, so no peak is
 * lost; a bucket that holds a gap keeps one.
 */
export function thin(points: readonly Point[], from: number, to: number, buckets: number): readonly Point[] {
  if (points.length <= buckets * 2) return points;
  const width = (to - from) / buckets;
  const kept: Point[] = [];
  let bucket: Point[] = [];
  let number = -1;
  for (const point of points) {
    const mine = Math.min(buckets - 1, Math.floor((point[0] - from) / width));
    if (mine !== number) {
      kept.push(...extremes(bucket));
      bucket = [];
      number = mine;
    }
    bucket.push(point);
  }
  return [...kept, ...extremes(bucket)];
}

function extremes(bucket: readonly Point[]): readonly Point[] {
  if (bucket.length <= 2) return bucket;
  const real = bucket.filter((point): point is readonly [number, number] => point[1] !== null);
  const gap = bucket.find(([, value]) => value === null);
  const [first] = real;
  if (!first) return gap ? [gap] : [];
  const lowest = real.reduce((low, point) => (point[1] < low[1] ? point : low), first);
  const highest = real.reduce((high, point) => (point[1] > high[1] ? point : high), first);
  const chosen: Point[] = lowest === highest ? [lowest] : [lowest, highest];
  return [...chosen, ...(gap ? [gap] : [])].sort((a, b) => a[0] - b[0]);
}

/** The highest value of a series; -Infinity when it has none. */
const peak = ({ points }: Line): number =>
  points.reduce((top, [, value]) => (value !== null && value > top ? value : top), Number.NEGATIVE_INFINITY);

/** The series with the highest peaks, and how many are left out. Series without a single value are not drawn. */
export function choose(
  series: readonly Series[],
  {
    from,
    to,
    most,
    buckets,
  }: { readonly from: number; readonly to: number; readonly most: number; readonly buckets: number },
): { readonly lines: readonly Line[]; readonly left: number } {
  const lines = series
    .map(({ name, points }) => ({ name, points: thin(within(points, from, to), from, to, buckets) }))
    .filter((line) => peak(line) > Number.NEGATIVE_INFINITY);
  const ranked = [...lines].sort((a, b) => peak(b) - peak(a)).slice(0, most);
  return { lines: lines.filter((line) => ranked.includes(line)), left: lines.length - ranked.length };
}

/** The lowest and highest value of all lines; undefined without any. */
export function boundsOf(lines: readonly Line[]): { readonly low: number; readonly high: number } | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of lines)
    for (const [, value] of points) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  return low <= high ? { low, high } : undefined;
}
