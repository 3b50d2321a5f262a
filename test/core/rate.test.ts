import { expect, it } from 'vitest';
import { createRate } from '#core/rate.ts';

it('lets so many through at once, then one after another', () => {
  let now = 1_000_000;
  const rate = createRate({ now: () => now }, { burst: 3, everyMs: 500 });
  for (let count = 0; count < 3; count += 1) {
    expect(rate.wait('console:local:ada')).toBe(0);
    rate.count('console:local:ada');
  }
  expect(rate.wait('console:local:ada')).toBe(500);
  now += 500;
  expect(rate.wait('console:local:ada')).toBe(0);
});

it('a clock that was set back an hour makes nobody wait for an hour', () => {
  let now = 1_000_000_000;
  const rate = createRate({ now: () => now }, { burst: 3, everyMs: 500 });
  rate.count('console:local:ada');
  now -= 3_600_000;
  expect(rate.wait('console:local:ada')).toBeLessThanOrEqual(500);
  now += 500;
  expect(rate.wait('console:local:ada')).toBe(0);
});
