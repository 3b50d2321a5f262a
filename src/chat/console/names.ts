import type { ActorId } from '#core/actor.ts';
import type { ConsoleOptions } from './options.ts';
import type { WireActor } from './protocol.ts';

/** What screens call an actor: their name, or for a stranger the last part of the id. */
export const actorView = async (id: ActorId, { people }: ConsoleOptions): Promise<WireActor> => {
  const actor = await people.get(id);
  return { id, name: actor?.name ?? id.split(':').at(-1) ?? id };
};
