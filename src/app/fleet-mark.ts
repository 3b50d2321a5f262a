import { createHash } from 'node:crypto';
import type { Refusal } from '#core/errors.ts';
import type { Fleet } from '#core/hosts.ts';
import { canonical } from '#core/json.ts';
import { type Text, t } from '#core/text.ts';

/** What tells one fleet from another: rules go by its groups, and runs by its addresses. */
export const fleetMark = (fleet: Pick<Fleet, 'hosts' | 'groups'>): string => {
  const hosts = fleet.hosts().map(({ name, groups, address }) => [name, [...groups], address]);
  return createHash('sha256')
    .update(canonical([hosts, [...fleet.groups()]]))
    .digest('hex');
};

/** What the files of the inventory say is not what rules go by. */
export const inventoryNotInForce = (
  next: Text = t(
    'Nothing was done. Send it again in a moment; if that does not help, “bin/quarterdeck check” says what is wrong.',
    'Rien n’a été fait. Renvoyez-le dans un instant ; sinon, « bin/quarterdeck check » dit ce qui ne va pas.',
  ),
): Refusal => ({
  code: 'inventory.not_in_force',
  say: t(
    'What the inventory says now is not in force; the last good one is.',
    'Ce que dit maintenant l’inventaire n’est pas en vigueur ; le dernier bon l’est.',
  ),
  next,
  retryable: true,
});
