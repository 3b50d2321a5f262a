import { expect, test } from 'vitest';
import { inLanguage, show } from '#kit';

const both = (text: Parameters<typeof inLanguage>[0]) =>
  [inLanguage(text, 'en'), inLanguage(text, 'fr')].map((words) => words.replaceAll('\u00a0', '_'));

test.each([
  [show.figure(12.34, 'percent'), '12.3%', '12,3_%'],
  [show.figure(100, 'percent'), '100%', '100_%'],
  [show.figure(0, 'percent'), '0%', '0_%'],
  [show.figure(1536, 'bytes'), '1.5_kB', '1,5_ko'],
  [show.figure(-1536, 'bytes'), '-1.5_kB', '-1,5_ko'],
  [show.figure(3 * 1024 ** 3, 'bytes/s'), '3_GB/s', '3_Go/s'],
  [show.figure(0.25, 'seconds'), '0.25_s', '0,25_s'],
  [show.figure(3725, 'seconds'), '1_h 2_min', '1_h 2_min'],
  [show.figure(1.234, 'load'), '1.23', '1,23'],
  [show.duration(90_061), '1_d 1_h', '1_j 1_h'],
  [show.duration(86_400 + 60), '1_d', '1_j'],
  [show.duration(0.2), '0_s', '0_s'],
  [show.count(1, ['host', 'hosts'], ['hôte', 'hôtes']), '1 host', '1 hôte'],
  [show.count(0, ['host', 'hosts'], ['hôte', 'hôtes']), '0 hosts', '0 hôte'],
])('figures are written for people in both languages: %#', (text, english, french) => {
  expect(both(text)).toEqual([english, french]);
});

test('a time names its zone, and its day only when it is another', () => {
  const at = Date.UTC(2026, 10, 21, 22, 5);
  expect(show.time(at)).toBe('22:05 UTC');
  expect(show.clock(at)).toBe('22:05');
  expect(show.clock(at, 'Europe/Paris', at + 86_400_000, true)).toMatch(/^11-21 23:05:\d\d$/);
  expect(show.zone(undefined, at)).toBe('UTC');
  expect(show.time(at, 'UTC', at + 3 * 3_600_000)).toBe('11-21 22:05 UTC');
  expect(show.time(at, 'Europe/Paris', at)).toMatch(/^23:05 (GMT\+1|CET)$/);
});
