import { describe, expect, it } from 'vitest';
import { median, percentile, shown } from '../../bench/figures.mjs';

describe('the arithmetic of the measurements', () => {
  it('finds the middle, between the two in the middle when their number is even', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('finds the value that ninety-nine of a hundred do not exceed', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('has no percentile of nothing, and shows none', () => {
    expect(percentile([], 0.99)).toBeUndefined();
    expect(shown(percentile([], 0.5), 'ms')).toBe('– ms');
    expect(shown(12.34, 'MB')).toBe('12.3 MB');
  });
});
