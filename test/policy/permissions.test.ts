import { array, assert as check, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { matches } from '#policy/permissions.ts';

const words = constantFrom('deploy', 'run', 'a', 'deployer', 'x-1', 'é');
const permissions = array(words, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

test('an exact pattern covers itself and nothing else', () => {
  check(property(permissions, permissions, (one, other) => matches(one, other) === (one === other)));
});

test('a star alone covers every permission', () => {
  check(property(permissions, (permission) => matches('*', permission)));
});

test('a branch covers what is below it, at any depth, and neither itself nor its neighbours', () => {
  check(
    property(permissions, permissions, (branch, permission) => {
      expect(matches(`${branch}.*`, `${branch}.${permission}`)).toBe(true);
      expect(matches(`${branch}.*`, branch)).toBe(false);
      expect(matches(`${branch}.*`, `${branch}x.${permission}`)).toBe(false);
    }),
  );
});

test('a star anywhere else is no pattern and covers nothing', () => {
  const odd = constantFrom('de*', '*.run', 'deploy.*.run', '**', '*.*', 'deploy.**', '.*', 'deploy*', '* ', '');
  check(property(odd, permissions, (pattern, permission) => !matches(pattern, permission)));
});

test('what is no permission is covered by nothing, not even by itself', () => {
  for (const permission of ['', '*', 'deploy.*', 'de*ploy']) {
    for (const pattern of ['*', permission, 'deploy.*']) expect(matches(pattern, permission)).toBe(false);
  }
});

test('no text makes it fail', () => {
  check(property(string(), string(), (pattern, permission) => typeof matches(pattern, permission) === 'boolean'));
});
