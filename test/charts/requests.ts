import type { ChartRequest } from '#core/charts.ts';

/** The moment all charts of the tests end at. */
export const end = Date.UTC(2026, 10, 21, 22, 10);
const minute = 60_000;

/** A wave with one peak and, when wanted, a gap. */
const wave = (slow: number, scale = 1, gap = false): [number, number | null][] =>
  Array.from({ length: 360 }, (_, at) => {
    const value = 40 + 30 * Math.sin(at / slow) + (at === 77 ? 25 : 0);
    return [end - 60 * minute + at * 10_000, gap && at > 150 && at < 180 ? null : Number((value * scale).toFixed(3))];
  });

/** Charts of every kind, by name. */
export const requests = {
  one: {
    ...{ title: 'web-1: cpu', unit: 'percent', from: end - 60 * minute, to: end },
    series: [{ name: 'cpu', points: wave(20, 1, true) }],
    threshold: { value: 80, label: 'limit' },
  },
  two: {
    ...{ title: 'db-1: network', unit: 'bytes/s', from: end - 60 * minute, to: end },
    series: [
      { name: 'received', points: wave(9, 30_000, true) },
      { name: 'sent', points: wave(30, 20_000) },
    ],
  },
  many: {
    ...{ title: 'Requests by service', unit: 'count', from: end - 48 * 60 * minute, to: end + 6 * 60 * minute },
    series: Array.from({ length: 14 }, (_, k) => ({
      name: `service-${k}`,
      points: Array.from({ length: 5_000 }, (_, at): [number, number] => [
        end - 48 * 60 * minute + at * 34_560,
        Math.round(1_000 * (k + 1) + 800 * Math.sin(at / 200 + k)),
      ]),
    })),
    timeZone: 'Europe/Paris',
  },
  dots: {
    ...{ title: 'latency', unit: 'seconds', from: end - 2 * minute, to: end },
    series: [
      {
        name: 'p99',
        points: [
          [end - 100_000, 0.2],
          [end - 90_000, null],
          [end - 80_000, 0.35],
          [end - 70_000, null],
        ],
      },
    ],
  },
  empty: { title: 'nothing', unit: 'load', from: end - 60 * minute, to: end, series: [] },
} satisfies Record<string, ChartRequest>;
