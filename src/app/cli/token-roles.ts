import { Fault } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import { t } from '#core/text.ts';
import { layoutIn } from '#harbour/layout.ts';
import { harbourSettings } from '#harbour/settings.ts';
import { wantsDemo } from '../demo.ts';
import type { Loaded } from '../edges.ts';
import { pathsIn } from '../paths.ts';

type Person = Pick<Loaded['settings']['people'][number], 'id' | 'roles'>;

const noRole = (role: string, known: readonly string[]): Fault => {
  const near = nearest(role, known);
  const names = (near.length > 0 ? near : known).join(', ');
  return new Fault({
    code: 'token.no_role',
    say: t(`There is no role “${role}”.`, `Il n’y a pas de rôle « ${role} ».`),
    next:
      names === ''
        ? t('Add it under “roles”.', 'Ajoutez-le sous « roles ».')
        : t(`I know ${names}.`, `Je connais ${names}.`),
  });
};

const otherRoles = ({ id, roles }: Person): Fault => {
  const own = roles.join(', ') || '–';
  const said = roles.map((role) => `--role ${role}`).join(' ');
  return new Fault({
    code: 'token.other_roles',
    say: t(
      `A token for ${id} has the roles the configuration gives: ${own}.`,
      `Un jeton pour ${id} a les rôles que donne la configuration : ${own}.`,
    ),
    next: t(
      `Say ${said || 'another actor'}, or name a service of its own for fewer rights.`,
      `Dites ${said || 'un autre acteur'}, ou nommez un service à part pour moins de droits.`,
    ),
  });
};

/** The people and roles there are: those of the configuration, and the demo's when it is opened. */
function knownIn({ settings, configured }: Loaded): { people: readonly Person[]; roles: readonly string[] } {
  const demo = wantsDemo(settings, configured)
    ? harbourSettings(layoutIn(pathsIn(settings.data).harbour))
    : { people: [], roles: {} };
  return {
    people: [...settings.people, ...demo.people.filter(({ id }) => settings.people.every((one) => one.id !== id))],
    roles: Object.keys({ ...demo.roles, ...settings.roles }),
  };
}

/**
 * Refuses roles there are not, and for a person of the configuration others than theirs: a token would silently be worth
 * more or less than was asked for. True when the actor is such a person.
 */
export function checkRoles(loaded: Loaded, id: string, roles: readonly string[]): boolean {
  const known = knownIn(loaded);
  for (const role of roles) if (!known.roles.includes(role)) throw noRole(role, known.roles);
  const person = known.people.find((one) => one.id === id);
  if (person && new Set(roles).symmetricDifference(new Set(person.roles)).size > 0) throw otherRoles(person);
  return person !== undefined;
}
