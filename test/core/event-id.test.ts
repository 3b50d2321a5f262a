import { expect, it } from 'vitest';
import { eventIdOf, partsOf } from '#core/event-id.ts';

it('gives back the parts it was made of, whatever is in them', () => {
  const parts = ['api', 'console:local:a#2', 'k%3A:é \u{1F600}'];
  expect(partsOf(eventIdOf(...parts))).toEqual(parts);
  expect(eventIdOf('a:b', 'c')).not.toBe(eventIdOf('a', 'b:c'));
  expect(eventIdOf('tap', 'x#2')).not.toContain('#');
});

it('takes what is half a character', () => {
  expect(partsOf(eventIdOf('a', '\ud800'))).toEqual(['a', '\ufffd']);
});

it.each(['api:console%3alocal', 'a:%', 'a:é', 'a:b c'])('knows no parts of %s, which it does not make', (id) => {
  expect(partsOf(id)).toBeUndefined();
});
