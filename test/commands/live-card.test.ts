import { expect, test } from 'vitest';
import { restMs } from '#commands/follow.ts';

test('a live card that takes long to draw is drawn less often, and often enough all the same', () => {
  expect([0, 5, 30].map(restMs)).toEqual([300, 300, 300]);
  expect(restMs(200)).toBe(2_000);
  expect(restMs(60_000)).toBe(10_000);
});
