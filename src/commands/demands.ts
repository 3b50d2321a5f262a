import type { Actor } from '#core/actor.ts';
import type { Demand, Policy } from '#core/policy.ts';
import { join, type Text, t } from '#core/text.ts';
import { countOf } from '#policy/demands.ts';

const roleNames = ({ by }: Demand): Text => t(by.join(' or '), by.join(' ou '));

const others = ({ approvals }: Demand): Text =>
  t(
    approvals === 1 ? 'someone else' : `${approvals} others`,
    approvals === 1 ? 'une autre personne' : `${approvals} autres personnes`,
  );

const wanted = (demand: Demand): Text =>
  demand.by.length === 0 ? others(demand) : join([`${demand.approvals} × `, roleNames(demand)]);

/** Who has to approve, in a sentence. */
export function whoApproves(demands: readonly Demand[]): Text {
  const [first, ...more] = demands;
  if (first === undefined || (more.length === 0 && first.by.length === 0)) {
    const one = (first?.approvals ?? 1) === 1;
    return t(
      one ? 'Someone else has to approve.' : `${first?.approvals} others have to approve.`,
      one ? 'Une autre personne doit approuver.' : `${first?.approvals} autres personnes doivent approuver.`,
    );
  }
  return join([t('To approve: ', 'À approuver par : '), join(demands.map(wanted), ', '), '.']);
}

/** How many of the approvals are there: `1 of 2`, and by whom where that matters. */
export const tally = (policy: Policy, approvers: readonly Actor[], demands: readonly Demand[]): Text =>
  join(
    demands.map((demand) => {
      const given = Math.min(countOf(policy, approvers, demand), demand.approvals);
      const count = t(`${given} of ${demand.approvals}`, `${given} sur ${demand.approvals}`);
      return demand.by.length === 0 ? count : join([count, ' ', roleNames(demand)]);
    }),
    ' · ',
  );
