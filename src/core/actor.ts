/** Who acts: `platform:workspace:user-id` for a person (`console:local:ada`), `service:name` for a service. Never a name. */
export type ActorId = string;

/** A person or a service known to the bot. */
export interface Actor {
  readonly id: ActorId;
  /** The first id of the person behind it, where one person has several; else left out. */
  readonly person?: ActorId;
  readonly kind: 'person' | 'service';
  /** What screens show; never used to decide anything. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly language?: 'en' | 'fr';
  readonly timeZone?: string;
}

/** Whether one and the same person is behind two ids. */
export const isSamePerson = (a: Pick<Actor, 'id' | 'person'>, b: Pick<Actor, 'id' | 'person'>): boolean =>
  a.id === b.id || personOf(a) === personOf(b);

/** What is the same for all ids of one person. */
export const personOf = ({ id, person }: Pick<Actor, 'id' | 'person'>): ActorId => person ?? id;

const ofConsole = 'console:local:';

/** Whom a bare name means at the bot's machine: the person of the console. A name with colons is an id already. */
export const personNamed = (name: string): ActorId => (name.includes(':') ? name : `${ofConsole}${name}`);

const mostNamed = 20;

/** The people among these, each by the shortest name that means them there. */
export function peopleNamed(known: readonly Actor[]): string {
  const people = known.filter(({ id, kind, person = id }) => kind === 'person' && person === id);
  const names = people.map(({ id }) => (id.startsWith(ofConsole) ? id.slice(ofConsole.length) : id));
  return [...names.slice(0, mostNamed), ...(names.length > mostNamed ? ['…'] : [])].join(', ');
}
