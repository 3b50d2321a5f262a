import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globMatches } from '#playbook/inventory/glob.ts';
import { matchNames } from '#playbook/inventory/pattern.ts';

/** The same by trying everything. */
const naive = (glob: readonly string[], name: readonly string[]): boolean => {
  const [piece, ...rest] = glob;
  if (piece === undefined) return name.length === 0;
  if (piece === '*') return naive(rest, name) || (name.length > 0 && naive(glob, name.slice(1)));
  const [char, ...left] = name;
  if (char === undefined) return false;
  const fits =
    piece === '?' ||
    (piece === '[ab]' && (char === 'a' || char === 'b')) ||
    (piece === '[!a]' && char !== 'a') ||
    (piece === '[a-c]' && char >= 'a' && char <= 'c') ||
    piece === char;
  return fits && naive(rest, left);
};

const letters = fc.constantFrom('a', 'b', 'c', '-', '🦊');
const pieces = fc.oneof({ weight: 3, arbitrary: letters }, fc.constantFrom('*', '*', '?', '[ab]', '[!a]', '[a-c]'));

describe('a shell pattern', () => {
  it('matches what trying everything would', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), fc.array(letters, { maxLength: 9 }), (glob, name) => {
        expect(globMatches(glob.join(''), name.join(''))).toBe(naive(glob, name));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['stars alone', '*'.repeat(200_000), true],
    ['stars between', '*a'.repeat(100_000), false],
    ['stars and marks', '*?'.repeat(100_000), false],
    ['stars and brackets', '*[a-z]'.repeat(50_000), false],
  ])('is read at once, however many %s', { timeout: 60_000 }, (_what, glob, fits) => {
    expect(globMatches(glob, 'a'.repeat(200))).toBe(fits);
  });
});

describe('a pattern somebody types', () => {
  const hosts = Array.from({ length: 1000 }, (_, nth) => `${'a'.repeat(60)}-${nth}`);
  const names = { hosts, groups: ['web'], hostsOf: () => hosts };

  it.each(['*'.repeat(1000), '*a'.repeat(500), `${'*,'.repeat(400)}x*`, `${'*,&'.repeat(300)}*`])(
    'is answered at once, whatever it is',
    { timeout: 60_000 },
    (pattern) => {
      expect(matchNames(names, pattern, true)).toBeDefined();
    },
  );

  it('has at most 1,000 characters', () => {
    expect(matchNames(names, '*'.repeat(1001), false)).toMatchObject({
      ok: false,
      refusal: { code: 'inventory.bad_pattern', say: { en: 'A host pattern has at most 1,000 characters.' } },
    });
  });
});
