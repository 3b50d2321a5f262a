import type { Refusal } from '#core/errors.ts';
import { isClosed, type Order } from '#core/order.ts';
import { join, type Text, t } from '#core/text.ts';
import { judgesOf } from './approvers.ts';
import { whoMay } from './demands.ts';
import type { Desk } from './desk.ts';
import { atWork } from './settle.ts';
import { standing } from './standing.ts';

/** What can be done about an order that is open and waits for another word than the one that was said. */
const wayOn = ({ id, state, requirement }: Order): Text | undefined => {
  if (state === 'queued' || state === 'running')
    return t(`To stop it: “cancel ${id}”.`, `Pour l’arrêter : « cancel ${id} ».`);
  if (state === 'confirming' && (requirement?.approvals ?? 0) > 0)
    return t('It can be approved after that.', 'Il pourra être approuvé ensuite.');
  return undefined;
};

/** It does not wait for this word, or no longer. */
export const notWaiting = (about: Order): Refusal => {
  const { id, state } = about;
  const [en, fr] = standing[state];
  const isOpen = !isClosed(state) && !atWork.includes(state);
  const next = wayOn(about);
  return {
    code: 'order.not_waiting',
    say: isOpen
      ? t(`Order ${id} ${en}.`, `L’ordre ${id} ${fr}.`)
      : t(`Order ${id} waits for nothing: it ${en}.`, `L’ordre ${id} n’attend rien : il ${fr}.`),
    ...(next === undefined ? {} : { next }),
  };
};

/** Its time is over. */
export const expired = (about: Order): Refusal => ({
  code: 'order.expired',
  say: t(`Order ${about.id} has expired; nothing was run.`, `L’ordre ${about.id} a expiré ; rien n’a été exécuté.`),
  next: t('Send it again.', 'Renvoyez-le.'),
});

/** Why no word moves an order any more that is over. */
export const over = (about: Order): Refusal => (about.state === 'expired' ? expired(about) : notWaiting(about));

const onlyAsker = t('Only who asked for it can confirm it.', 'Seule la personne qui l’a demandé peut le confirmer.');
const onlyCloser = t(
  'Only who asked for it, or may approve it, can cancel it.',
  'Seule la personne qui l’a demandé, ou qui peut l’approuver, peut l’annuler.',
);

/** Only its asker confirms an order, and not everybody cancels it. */
export const notYours = (about: Order, word: 'confirm' | 'cancel'): Refusal => ({
  code: 'order.not_yours',
  say: t(`Order ${about.id} is somebody else’s.`, `L’ordre ${about.id} est celui d’un autre.`),
  next: word === 'confirm' ? onlyAsker : onlyCloser,
});

/** Its asker lost the right to it: an approver can do nothing about that. */
export const askerLostRight = (about: Order): Refusal => ({
  code: 'order.asker_lost_right',
  say: t(
    `Who asked for order ${about.id} may no longer do it.`,
    `Qui a demandé l’ordre ${about.id} n’en a plus le droit.`,
  ),
  next: t(
    'Give the order yourself if you may, or deny this one.',
    'Donnez l’ordre vous-même si vous en avez le droit, ou refusez celui-ci.',
  ),
});

/** Its asker is not among the people of now. */
export const askerUnknown = (about: Order): Refusal => ({
  code: 'order.asker_unknown',
  say: t(
    `Who asked for order ${about.id} is no longer known.`,
    `La personne qui a demandé l’ordre ${about.id} n’est plus connue.`,
  ),
  next: t(
    'Give the order yourself if you may, or deny this one.',
    'Donnez l’ordre vous-même si vous en avez le droit, ou refusez celui-ci.',
  ),
});

/** Without its command nobody knows what right an order takes. */
export const commandGone = (about: Order): Refusal => ({
  code: 'order.command_gone',
  say: t(
    `The command of order ${about.id} is not there now; the order waits on.`,
    `La commande de l’ordre ${about.id} n’est pas là pour l’instant ; l’ordre attend encore.`,
  ),
  next: t('Try again once its plugin is back.', 'Réessayez quand son greffon sera revenu.'),
  retryable: true,
});

const mayApproveIt = async (desk: Desk, about: Order): Promise<Text> =>
  whoMay([...new Set((await judgesOf(desk, about.id)).approve.map(({ name }) => name))]);

/** A second yes of its asker is none. */
export const notByYourself = async (desk: Desk, about: Order): Promise<Refusal> => ({
  code: 'order.needs_another',
  say: join([
    t(`Order ${about.id} waits for somebody else: `, `L’ordre ${about.id} attend quelqu’un d’autre : `),
    await mayApproveIt(desk, about),
  ]),
});

/** Nobody approves what they asked for. */
export const ownOrder = async (desk: Desk, about: Order): Promise<Refusal> => ({
  code: 'policy.own_order',
  say: join([t('You asked for this yourself: ', 'C’est votre demande : '), await mayApproveIt(desk, about)]),
});

/** Whoever holds the data folder may speak in anybody's name, so a second name is no second person. */
export const inAnothersName: Refusal = {
  code: 'order.approval_by_proxy',
  say: t('An approval is not given on the command line.', 'Un accord ne se donne pas en ligne de commande.'),
  next: t(
    'Let that person approve, logged in as themselves.',
    'Laissez cette personne approuver, connectée elle-même.',
  ),
};
