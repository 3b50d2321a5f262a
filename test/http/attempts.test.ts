import { expect, it } from 'vitest';
import { createAttempts } from '#http/attempts.ts';

const clock = { now: () => 0 };
const limits = { limit: 2, windowMs: 1000, addresses: 3 };

it('remembers a bounded number of addresses', () => {
  const attempts = createAttempts(clock, limits);
  attempts.failed('10.0.0.1');
  attempts.failed('10.0.0.1');
  expect(attempts.blocked('10.0.0.1')).toBe(1);
  for (let n = 2; n < 100; n += 1) attempts.failed(`10.0.0.${n}`);
  expect(attempts.blocked('10.0.0.1')).toBeUndefined();
});

it('counts all addresses of one IPv6 customer as one', () => {
  const attempts = createAttempts(clock, limits);
  attempts.failed('2001:db8:1:2::1');
  attempts.failed('2001:db8:1:2:ffff::9');
  expect(attempts.blocked('2001:db8:1:2::abcd')).toBe(1);
  expect(attempts.blocked('2001:db8:1:3::1')).toBeUndefined();
});
