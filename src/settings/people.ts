import type { ActorId } from '#core/actor.ts';
import type { Settings } from './schema.ts';

type Person = Settings['people'][number];

/** One id of a person of the configuration, and who is behind it: the first of their ids. */
export interface NamedId extends Omit<Person, 'id' | 'also'> {
  readonly id: ActorId;
  readonly person: ActorId;
}

/** Everybody of the configuration, once for each of their ids. */
export const everyId = (people: readonly Person[]): readonly NamedId[] =>
  people.flatMap(({ id, also, ...rest }) => [id, ...also].map((one) => ({ ...rest, id: one, person: id })));
