import type { Actor } from '#core/actor.ts';
import type { Demand, Policy } from '#core/policy.ts';
import { rolesOf } from './roles.ts';

/** Whatever meets `other` meets `demand` as well. */
const follows = (demand: Demand, other: Demand): boolean =>
  other.approvals >= demand.approvals &&
  (demand.by.length === 0 || (other.by.length > 0 && other.by.every((role) => demand.by.includes(role))));

/** The demands without those that follow from another; of two that say the same, the first. */
export const needed = (demands: readonly Demand[]): readonly Demand[] =>
  demands.filter(
    (demand, at) =>
      !demands.some(
        (other, place) => place !== at && follows(demand, other) && (place < at || !follows(other, demand)),
      ),
  );

/** Is the actor one of those whose approval the demand wants? */
export const countsFor = (policy: Policy, actor: Actor, { by }: Demand): boolean =>
  by.length === 0 || rolesOf(policy, actor).some((role) => by.includes(role.name));

/** How many of these approvers count for the demand. */
export const countOf = (policy: Policy, approvers: readonly Actor[], demand: Demand): number =>
  approvers.filter((actor) => countsFor(policy, actor, demand)).length;

/** Has every demand enough approvers of its own? */
export const areMet = (policy: Policy, approvers: readonly Actor[], demands: readonly Demand[]): boolean =>
  demands.every((demand) => countOf(policy, approvers, demand) >= demand.approvals);
