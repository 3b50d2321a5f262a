import type { Actor, ActorId } from '#core/actor.ts';
import type { People } from '#core/store.ts';
import type { Settings } from '#settings/schema.ts';

type Person = Settings['people'][number];

const actorOf = (person: Person): Actor => ({
  id: person.id,
  kind: person.id.startsWith('service:') ? 'service' : 'person',
  name: person.name,
  roles: person.roles,
  ...(person.language === undefined ? {} : { language: person.language }),
  ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }),
});

/** People of the configuration first, then those the store knows. The configuration's word counts. */
export function knownPeople(settings: () => Settings, stored: People): People {
  const configured = () => settings().people.map(actorOf);
  return {
    put: (actor) => stored.put(actor),
    async get(id: ActorId) {
      return configured().find((actor) => actor.id === id) ?? (await stored.get(id));
    },
    async all() {
      const first = configured();
      const others = (await stored.all()).filter((actor) => !first.some((one) => one.id === actor.id));
      return [...first, ...others];
    },
  };
}
