import type { Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import type { Desk } from './desk.ts';

/** What was accepted this long ago and not carried on since is not carried out behind its asker's back. */
export const staleMs = 10 * 60_000;

/** A clock that is set back by less is set right. */
const setBackMs = 60_000;

export const stale: Refusal = {
  code: 'order.stale',
  say: t(
    'This waited too long while I was away; nothing was done.',
    'Ceci a attendu trop longtemps en mon absence ; rien n’a été fait.',
  ),
  next: t('Send it again if it is still wanted.', 'Renvoyez-le s’il est encore voulu.'),
};

/** Was the order accepted so long ago that nobody thinks of it any more? */
export const isStale = ({ clock }: Desk, { createdAt }: Order): boolean =>
  clock.now() - Date.parse(createdAt) > staleMs;

/** Since when an order waits for the yes it waits for, in milliseconds. */
export const waitsSince = ({ expiresAt, requirement, createdAt }: Order): number =>
  expiresAt && requirement ? Date.parse(expiresAt) - requirement.withinSeconds * 1000 : Date.parse(createdAt);

/** Does an order wait from a time that is yet to come? How long it waited cannot be told: it would wait for longer than it may. */
export const waitsFromLater = ({ clock }: Desk, order: Order): boolean => waitsSince(order) > clock.now() + setBackMs;

/** Is the time over in which an order that waits may be answered? */
export const isLate = (desk: Desk, order: Order): boolean =>
  order.expiresAt === undefined || Date.parse(order.expiresAt) <= desk.clock.now() || waitsFromLater(desk, order);
