import type { Host } from '#core/hosts.ts';
import type { Demand, Permission, Policy, Requirement, Risk, Rule } from '#core/policy.ts';
import { needed } from './demands.ts';
import { matches } from './permissions.ts';
import { isOn } from './roles.ts';

/** A change, as rules see it. */
export interface RiskyUse {
  readonly permission: Permission;
  readonly risk: Risk;
  readonly hosts: readonly Host[];
}

/** How long an asking stays open when no rule says. */
const defaultWithinSeconds = 15 * 60;

/** An empty list is as good as none: a rule that was meant to ask more must not ask nothing. */
const concernsHosts = (on: readonly string[] | undefined, hosts: readonly Host[]): boolean =>
  on === undefined || on.length === 0 || on.includes('all') || hosts.some((host) => isOn(host, on));

const applies = ({ when }: Rule, use: RiskyUse): boolean =>
  (when.permission === undefined || matches(when.permission, use.permission)) &&
  (when.risk === undefined || when.risk === use.risk) &&
  concernsHosts(when.on, use.hosts);

/** A rule that names approvers asks for one of them, even when it gives no number. */
const approvalsOf = ({ require }: Rule): number =>
  require.approvals ?? (require.by !== undefined && require.by.length > 0 ? 1 : 0);

const demandOf = (rule: Rule): Demand => ({ approvals: approvalsOf(rule), by: rule.require.by ?? [] });

const anyone: Demand = { approvals: 1, by: [] };

const shortest = (rules: readonly Rule[]): number => {
  const declared = rules.flatMap((rule) => (rule.withinSeconds === undefined ? [] : [rule.withinSeconds]));
  return declared.length === 0 ? defaultWithinSeconds : Math.min(...declared);
};

/**
 * What must happen before a change runs: an approval for a grave one, and what every rule that applies adds. Where nobody
 * else has to approve, the asker confirms. Rules only add: each has its approvals from its own people, a confirmation is
 * given if any asks, and the shortest time counts.
 */
export const requirement = (policy: Policy, use: RiskyUse): Requirement => {
  const rules = policy.rules.filter((rule) => applies(rule, use));
  const demands = [...(use.risk === 'grave' ? [anyone] : []), ...rules.map(demandOf)].filter(
    (one) => one.approvals > 0,
  );
  const approvals = Math.max(0, ...demands.map((demand) => demand.approvals));
  return {
    confirmation: approvals === 0 || rules.some((rule) => rule.require.confirmation === true),
    approvals,
    demands: needed(demands),
    withinSeconds: shortest(rules),
    because: rules.filter((rule) => approvals === 0 || approvalsOf(rule) > 0).map((rule) => rule.name),
  };
};

export { mayApprove } from './approve.ts';
