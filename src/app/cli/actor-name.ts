import type { ActorId } from '#core/actor.ts';

/** Whom a bare name means on the command line: the person of the console. An id with colons is one already. */
export const personNamed = (name: string): ActorId => (name.includes(':') ? name : `console:local:${name}`);
