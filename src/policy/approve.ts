import { type Actor, isSamePerson } from '#core/actor.ts';
import type { Refusal } from '#core/errors.ts';
import type { Host } from '#core/hosts.ts';
import type { Permission, Policy, Requirement } from '#core/policy.ts';
import { t } from '#core/text.ts';
import { allows, type Decision } from './allows.ts';
import { countsFor } from './demands.ts';

/** The order an approval is about. */
export interface Approvable {
  /** Who asked for it, with the person behind that id. */
  readonly asker: Pick<Actor, 'id' | 'person'>;
  readonly permission: Permission;
  readonly hosts: readonly Host[];
}

const ownOrder: Refusal = {
  code: 'policy.own_order',
  say: t(
    'You asked for this: somebody else must approve it.',
    'C’est votre demande : quelqu’un d’autre doit l’approuver.',
  ),
  next: t('Ask a colleague who may approve.', 'Demandez à un collègue qui peut approuver.'),
};

const notAPerson: Refusal = {
  code: 'policy.not_a_person',
  say: t(
    'Only a person may approve or deny this: you are a service.',
    'Seule une personne peut l’approuver ou le refuser : vous êtes un service.',
  ),
  next: t('Ask a person who may approve.', 'Demandez à une personne qui peut approuver.'),
};

const notAnApprover = (approvers: readonly string[]): Refusal => ({
  code: 'policy.not_an_approver',
  say: t(
    `Only the roles ${approvers.join(', ')} may approve this.`,
    `Seuls les rôles ${approvers.join(', ')} peuvent l’approuver.`,
  ),
  next: t('Ask someone who has one of them.', 'Demandez à une personne qui a l’un d’eux.'),
  details: { approvers },
});

/**
 * May this actor approve this order? Never their own; only as a person; as one of those some demand wants, if there is
 * any; and with the permission `approve` on all the order's hosts.
 */
export const mayApprove = (policy: Policy, actor: Actor, order: Approvable, { demands }: Requirement): Decision => {
  if (isSamePerson(actor, order.asker)) return { allowed: false, refusal: ownOrder };
  if (actor.kind !== 'person') return { allowed: false, refusal: notAPerson };
  if (demands.length > 0 && !demands.some((demand) => countsFor(policy, actor, demand))) {
    return { allowed: false, refusal: notAnApprover([...new Set(demands.flatMap(({ by }) => by))]) };
  }
  return allows(policy, actor, 'approve', order.hosts);
};
