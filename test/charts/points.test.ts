import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, type Point, thin, within } from '#charts/points.ts';

const to = 100_000;
const points = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: to }),
      fc.option(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { nil: null }),
    ),
    {
      maxLength: 3_000,
    },
  )
  .map((list): readonly Point[] => within(list, 0, to));

const values = (list: readonly Point[]) => list.flatMap(([, value]) => (value === null ? [] : [value]));

test('thinning loses neither the highest nor the lowest value, and keeps the order', () => {
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 300 }), (list, buckets) => {
      const thinned = thin(list, 0, to, buckets);
      expect(Math.max(...values(thinned))).toBe(Math.max(...values(list)));
      expect(Math.min(...values(thinned))).toBe(Math.min(...values(list)));
      expect(thinned.map(([at]) => at)).toEqual([...thinned].map(([at]) => at).sort((a, b) => a - b));
      expect(thinned.length).toBeLessThanOrEqual(Math.max(buckets * 3, list.length > buckets * 2 ? 0 : list.length));
    }),
  );
});

test('a gap stays a gap after thinning', () => {
  const list: Point[] = Array.from({ length: 10_000 }, (_, at) => [at * 10, at === 5_000 ? null : 1]);
  expect(thin(list, 0, to, 100).filter(([, value]) => value === null)).toEqual([[50_000, null]]);
});

test('a peak of one point among a hundred thousand is drawn', () => {
  const list: Point[] = Array.from({ length: 100_000 }, (_, at) => [at, at === 77_777 ? 99 : 1]);
  expect(thin(list, 0, to, 500)).toContainEqual([77_777, 99]);
});

test('the series with the highest peaks are chosen and keep their order; empty ones are not counted', () => {
  const series = Array.from({ length: 12 }, (_, k) => ({ name: `s${k}`, points: [[5, k]] as const }));
  const { lines, left } = choose([...series, { name: 'none', points: [[5, null]] }], {
    from: 0,
    to: 10,
    most: 10,
    buckets: 10,
  });
  expect(lines.map(({ name }) => name)).toEqual(series.slice(2).map(({ name }) => name));
  expect(left).toBe(2);
});
