import type { Actor } from '#core/actor.ts';
import type { Host } from '#core/hosts.ts';
import type { Permission, Policy, Role } from '#core/policy.ts';
import { matches } from './permissions.ts';

/** Roles by configuration; own properties only, so that no actor id finds something every object has. */
const configured = (policy: Policy, actor: Actor): readonly string[] =>
  Object.hasOwn(policy.members, actor.id) ? (policy.members[actor.id] ?? []) : [];

/** The roles the actor holds, by the configuration and by the store. A name that no role has is none. */
export const rolesOf = (policy: Policy, actor: Actor): readonly Role[] => {
  const names = new Set([...configured(policy, actor), ...actor.roles]);
  return policy.roles.filter((role) => names.has(role.name));
};

/** Is the host meant by one of these names: its own, one of its groups, or `all`? */
export const isOn = (host: Host, names: readonly string[]): boolean =>
  names.some((name) => name === 'all' || name === host.name || host.groups.includes(name));

/** What roles grant of a permission: each list of hosts and groups it is granted on. */
const grantedOn = (roles: readonly Role[], permission: Permission): readonly (readonly string[])[] =>
  roles
    .flatMap((role) => role.allow)
    .filter((grant) => matches(grant.permission, permission) && grant.on.length > 0)
    .map((grant) => grant.on);

/** What is missing for the permission: the hosts no grant covers, and whether there is a grant at all. */
export const missing = (
  roles: readonly Role[],
  permission: Permission,
  hosts: readonly Host[],
): { readonly hosts: readonly Host[]; readonly granted: boolean } => {
  const grants = grantedOn(roles, permission);
  return {
    hosts: hosts.filter((host) => !grants.some((on) => isOn(host, on))),
    granted: grants.length > 0,
  };
};
