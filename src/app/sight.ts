import type { ActorId } from '#core/actor.ts';
import type { Policy } from '#core/policy.ts';
import type { Sight } from '#core/sight.ts';
import type { People } from '#core/store.ts';
import { allows } from '#policy/allows.ts';

/** Who sees other people's orders: whoever may list the runs. Who reads the audit: whoever may ask for it in chat. */
export function sightOf(policy: () => Policy, people: Pick<People, 'get'>): Sight {
  const may = async (id: ActorId, permission: string) => {
    const actor = await people.get(id);
    return actor !== undefined && allows(policy(), actor, permission, []).allowed;
  };
  return {
    order: (actor, order) => (order.actor === actor ? Promise.resolve(true) : may(actor, 'runs.read')),
    audit: (actor) => may(actor, 'audit.read'),
  };
}
