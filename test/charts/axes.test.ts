import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scaleOf } from '#charts/ticks.ts';
import { timeScaleOf } from '#charts/times.ts';

const marksOf = (...args: Parameters<typeof scaleOf>) => {
  const { min, max, interval, write } = scaleOf(...args);
  return Array.from({ length: Math.round((max - min) / interval) + 1 }, (_, at) => write(min + at * interval));
};

test.each([
  ['percent', 0, 61, ['0%', '20%', '40%', '60%', '80%', '100%']],
  ['percent', 0, 4, ['0%', '1%', '2%', '3%', '4%', '5%']],
  ['bytes', 0, 3_000_000, ['0 B', '1 MB', '2 MB', '3 MB']],
  ['bytes/s', 0, 700, ['0 B/s', '256 B/s', '512 B/s', '768 B/s']],
  ['seconds', 0, 0.4, ['0 s', '100 ms', '200 ms', '300 ms', '400 ms', '500 ms']],
  ['seconds', 0, 500, ['0 s', '2 min', '4 min', '6 min', '8 min', '10 min']],
  ['count', 0, 14_800, ['0', '5k', '10k', '15k']],
  ['count', -20, 20, ['-20', '-10', '0', '10', '20', '30']],
  ['load', 0, 0.9, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
] as const)('an axis of %s from %d to %d has round marks', (unit, low, high, marks) => {
  expect(marksOf(unit, low, high)).toEqual(marks);
});

test('every axis holds its values with few, equal, finite steps', () => {
  const units = ['percent', 'bytes', 'bytes/s', 'seconds', 'count', 'load'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...units), fc.double({ min: 0, max: 1e15, noNaN: true }), (unit, high) => {
      const { min, max, interval } = scaleOf(unit, 0, high);
      expect(min).toBe(0);
      expect(max).toBeGreaterThanOrEqual(high * 0.999_999);
      expect(interval).toBeGreaterThan(0);
      expect((max - min) / interval).toBeLessThan(12);
    }),
  );
});

const at = Date.UTC(2026, 10, 21, 22, 10);
const hour = 3_600_000;

test('an hour is marked every quarter, in the zone asked for', () => {
  const utc = timeScaleOf(at - hour, at);
  expect(utc.marks.map(utc.write)).toEqual(['21:15', '21:30', '21:45', '22:00']);
  const kathmandu = timeScaleOf(at - hour, at, 'Asia/Kathmandu');
  expect(kathmandu.marks.map(kathmandu.write)[0]).toBe('03:00');
  expect(kathmandu.span).toBe('2026-11-22 02:55 – 03:55 Asia/Kathmandu');
});

test('a mark stands at the time it says, also where the axis begins within a second', () => {
  const from = Date.UTC(2026, 10, 21, 10, 2, 2, 345);
  const { marks, write } = timeScaleOf(from, from + 5 * 60_000);
  expect(marks.map((mark) => [write(mark), mark % 60_000])).toEqual(
    ['10:03', '10:04', '10:05', '10:06', '10:07'].map((name) => [name, 0]),
  );
});

test('midnight is written as its day', () => {
  const days = timeScaleOf(at - 48 * hour, at, 'Europe/Paris');
  expect(days.marks.map(days.write)).toContain('11-21');
  expect(days.marks.map(days.write)).toContain('12:00');
});

test('where summer time ends, the marks stay on round local hours', () => {
  const night = timeScaleOf(Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 9, 25, 12), 'Europe/Paris');
  expect(night.marks.map(night.write)).toEqual(['18:00', '10-25', '06:00', '12:00']);
});

test('any span in any zone has at most seven marks, ascending and inside', () => {
  const zones = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia', 'Nowhere'];
  const spans = fc.tuple(
    fc.integer({ min: 0, max: 4e12 }),
    fc.integer({ min: 1_000, max: 4e11 }),
    fc.constantFrom(...zones),
  );
  fc.assert(
    fc.property(spans, ([from, length, zone]) => {
      const { marks } = timeScaleOf(from, from + length, zone);
      expect(marks.length).toBeLessThanOrEqual(7);
      for (const mark of marks) expect(mark >= from && mark <= from + length).toBe(true);
      expect([...marks].sort((a, b) => a - b)).toEqual(marks);
    }),
    { numRuns: 200 },
  );
});
