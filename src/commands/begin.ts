import type { Refusal } from '#core/errors.ts';
import type { Run } from '#core/run.ts';
import { type Text, t } from '#core/text.ts';
import { mayStill, standingApprovals, subjectOf } from './consent.ts';
import type { Desk } from './desk.ts';

const gone: Refusal = {
  code: 'run.nobody_asks',
  say: t(
    'Who asked for this run, or the command it began with, is no longer known; nothing was run.',
    'Qui a demandé cette exécution, ou sa commande, n’est plus connu ; rien n’a été exécuté.',
  ),
  next: t('Give the order again.', 'Redonnez l’ordre.'),
};

const lostRight = (next: Text | undefined): Refusal => ({
  code: 'run.right_lost',
  say: t(
    'Who asked for this run may no longer do it on all its hosts; nothing was run.',
    'Qui a demandé cette exécution n’en a plus le droit sur tous ses hôtes ; rien n’a été exécuté.',
  ),
  ...(next === undefined ? {} : { next }),
});

const tooFewApprovals: Refusal = {
  code: 'run.approvals_lost',
  say: t(
    'By the rules of now this run has too few approvals; nothing was run.',
    'Selon les règles actuelles cette exécution n’a pas assez d’accords ; rien n’a été exécuté.',
  ),
  next: t('Give the order again, and have it approved.', 'Redonnez l’ordre, et faites-le approuver.'),
};

/**
 * Why a run that waited in the queue may not begin: its asker lost the right meanwhile, or the rules want more approvals
 * than it has. Undefined when it may.
 */
export async function mayBegin(desk: Desk, run: Run): Promise<Refusal | undefined> {
  const order = await desk.store.orders.get(run.orderId);
  const plan = await desk.store.plans.get(run.planHash);
  const asker = order && (await desk.person(order.actor));
  const subject = order && (await subjectOf(desk, order));
  if (!order || !plan || !asker || !subject) return gone;
  const still = mayStill(desk, asker, subject, plan);
  if (!still.allowed) return lostRight(still.refusal.next);
  // Approvals were young enough when it was queued; how long it waited since is not theirs to answer for.
  const standing = await standingApprovals(desk, order, subject, plan, Date.parse(run.queuedAt));
  return standing.enough ? undefined : tooFewApprovals;
}
