import { expect, test } from 'vitest';
import { createBlame } from '#commands/plugins/blame.ts';

const minute = 60_000;

test('the third fall within ten minutes pauses, until the first of them is ten minutes old', () => {
  let now = 1_000_000;
  const blame = createBlame(() => now);
  expect(blame.add('one')).toBe(false);
  now += 4 * minute;
  expect(blame.add('one')).toBe(false);
  expect(blame.pausedUntil('one')).toBeUndefined();
  now += 4 * minute;
  expect(blame.add('one')).toBe(true);
  expect(blame.pausedUntil('one')).toBe(1_000_000 + 10 * minute);
  now += 2 * minute + 1;
  expect(blame.pausedUntil('one')).toBeUndefined();
});

test('falls far apart, and those of another plugin, do not count', () => {
  let now = 1_000_000;
  const blame = createBlame(() => now);
  for (let i = 0; i < 5; i += 1) {
    expect(blame.add('one')).toBe(false);
    now += 6 * minute;
  }
  blame.add('two');
  expect(blame.pausedUntil('one')).toBeUndefined();
});

test('a changed plugin is forgiven', () => {
  const blame = createBlame(() => 5);
  for (let i = 0; i < 3; i += 1) blame.add('one');
  blame.forgive('one');
  expect(blame.pausedUntil('one')).toBeUndefined();
});
