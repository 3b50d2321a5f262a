import type { Policy, Rule } from '#core/policy.ts';
import { durationSeconds } from './duration.ts';
import { everyId } from './people.ts';
import type { Settings } from './schema.ts';

/** Who may do what, as the room `policy` wants it. */
export const toPolicy = (settings: Pick<Settings, 'people' | 'roles' | 'rules'>): Policy => ({
  roles: Object.entries(settings.roles).map(([name, { allow }]) => ({ name, allow })),
  rules: settings.rules.map(toRule),
  members: Object.fromEntries(everyId(settings.people).map(({ id, roles }) => [id, roles])),
});

function toRule({ within, ...rule }: Settings['rules'][number]): Rule {
  const withinSeconds = durationSeconds(within);
  return withinSeconds === undefined ? rule : { ...rule, withinSeconds };
}
