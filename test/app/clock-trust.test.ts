import { expect, it } from 'vitest';
import { clockTrust } from '#app/clock-trust.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-03-01T00:00:00Z');

/** Asks the same clock at several moments: hours that went by, and what it says. */
function asked(lastSeen: number | undefined, ...moments: readonly (readonly [number, number])[]): readonly boolean[] {
  let elapsed = 0;
  const believes = clockTrust(lastSeen, () => elapsed);
  return moments.map(([hours, now]) => {
    elapsed = hours * hour;
    return believes(now);
  });
}

it('believes a clock that goes as time does, also where nothing is known yet', () => {
  expect(asked(start, [0, start], [1, start + hour], [30, start + 30 * hour])).toEqual([true, true, true]);
  expect(asked(undefined, [0, start], [1, start + hour])).toEqual([true, true]);
  expect(asked(start, [0, start - 400 * day])).toEqual([true]);
});

it('doubts a clock that is far ahead, and believes it again when it is right', () => {
  const ahead = start + 200 * day;
  expect(asked(start, [0, start], [1, ahead], [2, ahead + hour], [3, start + 3 * hour])).toEqual([
    ...[true, false, false, true],
  ]);
});

it('believes after a day that the bot was off for a month', () => {
  const now = start + 30 * day;
  expect(asked(start, [0, now], [23, now + 23 * hour], [24, now + day], [25, now + 25 * hour])).toEqual([
    ...[false, false, true, true],
  ]);
});
