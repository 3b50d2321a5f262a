import { type Actor, type ActorId, isSamePerson } from '#core/actor.ts';
import type { People } from '#core/store.ts';
import type { Called } from '#kit/command.ts';
import { everyId, type NamedId } from '#settings/people.ts';
import type { Settings } from '#settings/schema.ts';

const actorOf = (person: NamedId): Actor => ({
  id: person.id,
  ...(person.person === person.id ? {} : { person: person.person }),
  kind: person.id.startsWith('service:') ? 'service' : 'person',
  name: person.name,
  roles: person.roles,
  ...(person.language === undefined ? {} : { language: person.language }),
  ...(person.timeZone === undefined ? {} : { timeZone: person.timeZone }),
});

/** People of the configuration first, then those the store knows. The configuration's word counts. */
export function knownPeople(settings: () => Settings, stored: People): People {
  const configured = () => everyId(settings().people).map(actorOf);
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

const shortOf = (id: ActorId): string => id.split(':').at(-1) ?? id;

/** Whether the configuration named it: a service that has only its token is called as its id ends, which names nobody. */
const isNamed = ({ id, kind, name }: Actor): boolean => kind === 'person' || (name !== shortOf(id) && name !== id);

/** What to call somebody on screen, among these people: two of one name are told apart, and strangers told, by their ids. */
export function calledBy(people: readonly Actor[]): (id: ActorId) => Called {
  const named = people.filter(isNamed);
  const alike = Map.groupBy(named, ({ name }) => name.toLowerCase());
  const known = new Map(named.map((actor) => [actor.id, actor]));
  return (id) => {
    const short = shortOf(id);
    const self = known.get(id);
    if (self === undefined) return { short, shown: id };
    const { name } = self;
    const others = (alike.get(name.toLowerCase()) ?? []).filter((one) => !isSamePerson(one, self));
    if (others.length === 0) return { name, short, shown: name };
    const told = others.some((one) => shortOf(one.id) === short) ? id : short;
    return { name, short, shown: `${name} (${told})` };
  };
}
