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
