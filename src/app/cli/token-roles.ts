import { Fault } from '#core/errors.ts';
import { nearest } from '#core/nearest.ts';
import type { Repositories } from '#core/store.ts';
import { join, t } from '#core/text.ts';
import { layoutIn } from '#harbour/layout.ts';
import { harbourSettings } from '#harbour/settings.ts';
import { everyId } from '#settings/people.ts';
import { isNamed, ownAccount, wantsDemo } from '../demo.ts';
import type { Loaded } from '../edges.ts';
import { pathsIn } from '../paths.ts';
import { Usage } from './terminal.ts';

type Person = Pick<Loaded['settings']['people'][number], 'id' | 'roles'>;

const noPerson = (id: string, known: readonly string[]): Fault => {
  const [near] = nearest(id, known);
  return new Fault({
    code: 'token.no_person',
    say: t(`The configuration has no person “${id}”.`, `La configuration n’a pas de personne « ${id} ».`),
    next: join(
      [
        ...(near === undefined ? [] : [t(`Did you mean “${near}”?`, `Vouliez-vous dire « ${near} » ?`)]),
        t(
          'Add it under “people”, or name a service without a colon: ci-deploy.',
          'Ajoutez-la sous « people », ou nommez un service, sans deux-points : ci-deploy.',
        ),
      ],
      ' ',
    ),
  });
};

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
  return new Fault({
    code: 'token.other_roles',
    say: t(
      `A token for ${id} has the roles the configuration gives: ${own}.`,
      `Un jeton pour ${id} a les rôles que donne la configuration : ${own}.`,
    ),
    next: t(
      'Leave --role out, or name a service of its own for fewer rights.',
      'Omettez --role, ou nommez un service à part pour moins de droits.',
    ),
  });
};

const hasTokens = ({ id, roles }: Person): Fault => {
  const own = roles.join(', ') || '–';
  return new Fault({
    code: 'token.has_tokens',
    say: t(`${id} has a token already, with these roles: ${own}.`, `${id} a déjà un jeton, avec ces rôles : ${own}.`),
    next: t(
      'Roles hold for all its tokens: remove those first (“token list”, “token remove ID”), or name another service.',
      'Les rôles valent pour tous ses jetons : retirez-les d’abord (« token list », « token remove NUMÉRO »), ou nommez un autre service.',
    ),
  });
};

const areSame = (some: readonly string[], others: readonly string[]): boolean =>
  new Set(some).symmetricDifference(new Set(others)).size === 0;

/** The people and roles there are: those of the configuration, and the demo's when it is opened. */
function knownIn({ settings, configured }: Loaded): { people: readonly Person[]; roles: readonly string[] } {
  const demo = wantsDemo(settings, configured) ? harbourSettings(layoutIn(pathsIn(settings.data).harbour)) : undefined;
  const brought = demo ? [...demo.people, ownAccount()] : [];
  return {
    people: [...everyId(settings.people), ...brought.filter((person) => !isNamed(person, settings.people))],
    roles: Object.keys({ ...demo?.roles, ...settings.roles }),
  };
}

/** Whether somebody has that id, in the configuration or in the demo. */
export const isPerson = (loaded: Loaded, id: string): boolean => knownIn(loaded).people.some((one) => one.id === id);

/**
 * The roles of somebody who has a token: of a person those of the configuration, of a service those that came with it.
 * Undefined for a person while the configuration is broken.
 */
export async function rolesOf(loaded: Loaded | undefined, actor: string, people: Repositories['people']) {
  const person = loaded && knownIn(loaded).people.find(({ id }) => id === actor);
  if (person) return person.roles;
  return (await people.get(actor))?.roles ?? (loaded ? [] : undefined);
}

/** The roles a token is worth, and whether they are those of a person of the configuration. */
export interface TokenRoles {
  readonly configured: boolean;
  readonly roles: readonly string[];
}

/**
 * Refuses roles there are not, people nobody knows, and for a person of the configuration others than theirs: a token
 * would silently be worth more or less than was asked for. Such a person needs none said. `meant`: the person it would
 * be for if there were one of that name.
 */
export function checkRoles(loaded: Loaded, id: string, asked: readonly string[], meant: string): TokenRoles {
  const known = knownIn(loaded);
  for (const role of asked) if (!known.roles.includes(role)) throw noRole(role, known.roles);
  const person = known.people.find((one) => one.id === id);
  if (person && asked.length > 0 && !areSame(asked, person.roles)) throw otherRoles(person);
  if (person) return { configured: true, roles: person.roles };
  if (!id.startsWith('service:')) throw noPerson(id, idsOf(known.people));
  if (asked.length === 0) throw rolesWanted(meant);
  return { configured: false, roles: asked };
}

const idsOf = (people: readonly Person[]): readonly string[] => people.map(({ id }) => id);

const rolesWanted = (meant: string): Usage =>
  new Usage(
    meant.startsWith('service:')
      ? t('A token for a service wants --role ROLE.', 'Un jeton pour un service veut --role RÔLE.')
      : t(
          `A token for a service wants --role ROLE; there is no person “${meant}”.`,
          `Un jeton pour un service veut --role RÔLE ; il n’y a pas de personne « ${meant} ».`,
        ),
  );

/** Refuses other roles for a service that has tokens: those would silently be worth more or less from now on. */
export async function checkTokens({ credentials, people }: Repositories, id: string, roles: readonly string[]) {
  if ((await credentials.tokens()).every(({ actor }) => actor !== id)) return;
  const own = (await people.get(id))?.roles ?? [];
  if (!areSame(roles, own)) throw hasTokens({ id, roles: own });
}
