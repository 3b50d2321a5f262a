import { expect, it } from 'vitest';
import { calledBy, knownPeople } from '#app/people.ts';
import { type Actor, isSamePerson } from '#core/actor.ts';
import { settingsSchema } from '#settings/schema.ts';

const person = (id: string, name: string): Actor => ({ id, name, kind: 'person', roles: [] });

const shown = (people: readonly Actor[], ...ids: readonly string[]) => ids.map((id) => calledBy(people)(id).shown);

it('calls a person by their name, and one who is not known by the whole id', () => {
  expect(shown([person('console:local:ada', 'Ada Lovelace')], 'console:local:ada', 'console:local:eve')).toEqual([
    'Ada Lovelace',
    'console:local:eve',
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

it('takes no service for a person: one without a name of its own is called by its whole id', () => {
  const service = (id: string, name: string): Actor => ({ id, name, kind: 'service', roles: [] });
  const people = [person('console:local:ben', 'Ben'), service('service:ben', 'ben'), service('service:ci', 'Builds')];
  expect(shown(people, 'console:local:ben', 'service:ben', 'cli:local:ben', 'service:ci')).toEqual([
    'Ben',
    'service:ben',
    'cli:local:ben',
    'Builds',
  ]);
});

it('takes the ids of one person of the configuration for one person, with one name and one set of roles', async () => {
  const settings = settingsSchema.parse({
    people: [{ id: 'console:local:ada', also: ['cli:local:root'], name: 'Ada', roles: ['operator'] }],
  });
  const nobody = { put: async () => {}, get: async () => undefined, all: async () => [] };
  const people = knownPeople(() => settings, nobody);
  const ada = await people.get('console:local:ada');
  const root = await people.get('cli:local:root');
  expect([ada?.roles, root?.roles, root?.name]).toEqual([['operator'], ['operator'], 'Ada']);
  expect(ada && root && isSamePerson(ada, root)).toBe(true);
  expect(ada && isSamePerson(ada, person('console:local:ben', 'Ada'))).toBe(false);
  expect(shown(await people.all(), 'console:local:ada', 'cli:local:root')).toEqual(['Ada', 'Ada']);
});
