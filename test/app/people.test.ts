import { expect, it } from 'vitest';
import { calledBy } from '#app/people.ts';
import type { Actor } from '#core/actor.ts';

const person = (id: string, name: string): Actor => ({ id, name, kind: 'person', roles: [] });

const shown = (people: readonly Actor[], ...ids: readonly string[]) => ids.map((id) => calledBy(people)(id).shown);

it('calls a person by their name, and one who is not known by the end of the id', () => {
  expect(shown([person('console:local:ada', 'Ada Lovelace')], 'console:local:ada', 'console:local:eve')).toEqual([
    'Ada Lovelace',
    'eve',
  ]);
});

it('tells two of one name apart by the end of their ids, or by the whole id where that is the same too', () => {
  const people = [person('console:local:al', 'Al'), person('console:local:bo', 'AL'), person('chat:a:al', 'al')];
  expect(shown(people, 'console:local:al', 'console:local:bo', 'chat:a:al')).toEqual([
    'Al (console:local:al)',
    'AL (bo)',
    'al (chat:a:al)',
  ]);
});
