import type { Actor } from '#core/actor.ts';
import type { Refusal } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Permission, Policy } from '#core/policy.ts';
import { each, type Text, t } from '#core/text.ts';
import { missing, rolesOf } from './roles.ts';

/** A yes, or a no with the sentence that says why. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly refusal: Refusal };

/** How many hosts a sentence names. */
const namedHosts = 3;

const where = (hosts: readonly Host[]): Text => {
  if (hosts.length === 0) return t('', '');
  const names = hosts
    .slice(0, namedHosts)
    .map((host) => host.name)
    .join(', ');
  const rest = hosts.length - namedHosts;
  return rest > 0
    ? t(` on ${names} and ${rest} more`, ` sur ${names} et ${rest} de plus`)
    : t(` on ${names}`, ` sur ${names}`);
};

/** The roles any of whose members could do it. */
const rolesThatMay = (policy: Policy, permission: Permission, hosts: readonly Host[]): readonly string[] =>
  policy.roles
    .filter((role) => {
      const lacks = missing([role], permission, hosts);
      return lacks.granted && lacks.hosts.length === 0;
    })
    .map((role) => role.name);

const whoToAsk = (roles: readonly string[]): Text => {
  if (roles.length === 0)
    return t('Ask whoever keeps the policy to grant it.', 'Demandez ce droit à qui tient la politique.');
  const names = roles.slice(0, namedHosts).join(', ');
  return t(`Ask someone with the role ${names}.`, `Demandez à une personne qui a le rôle ${names}.`);
};

const notAllowed = (
  policy: Policy,
  permission: Permission,
  hosts: readonly Host[],
  uncovered: readonly Host[],
): Refusal => {
  const on = where(uncovered);
  const roles = rolesThatMay(policy, permission, hosts);
  return {
    code: 'policy.not_allowed',
    say: each(on, (words, language) =>
      language === 'en' ? `You may not use ${permission}${words}.` : `Vous n’avez pas le droit ${permission}${words}.`,
    ),
    next: whoToAsk(roles),
    details: { permission, hosts: uncovered.map((host) => host.name), roles },
  };
};

/**
 * May this actor use this permission on all these hosts? Every host must be covered by a grant: by its name, by one of
 * its groups, or by `all`. Without hosts any grant of the permission is enough, whatever it is granted on: that is for
 * questions about no host in particular; the order path asks again with the hosts once a change's plan names them. No
 * rule means no.
 */
export const allows = (policy: Policy, actor: Actor, permission: Permission, hosts: readonly Host[]): Decision => {
  const lacks = missing(rolesOf(policy, actor), permission, hosts);
  if (lacks.granted && lacks.hosts.length === 0) return { allowed: true };
  return { allowed: false, refusal: notAllowed(policy, permission, hosts, lacks.hosts) };
};
