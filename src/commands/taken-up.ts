import type { Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';
import type { Desk } from './desk.ts';
import { atWork } from './settle.ts';

/** An order with which the bot went down so often is likely why. */
const mostTakenUp = 3;

export const givenUp: Refusal = {
  code: 'order.given_up',
  say: t(
    'I went down several times while this order was open; I gave it up.',
    'Je suis tombé plusieurs fois pendant que cet ordre était ouvert ; je l’ai abandonné.',
  ),
  next: t(
    'Nothing more was done. Look into the log of the bot before you send it again.',
    'Rien de plus n’a été fait. Regardez le journal du bot avant de le renvoyer.',
  ),
};

/** Did the bot go down with it that often? */
export const isHopeless = ({ takenUp = 0 }: Order): boolean => takenUp >= mostTakenUp;

/** Did the bot go down with it once already since it took it up? Then it is taken up alone: others may be innocent. */
export const isSuspect = ({ takenUp = 0 }: Order): boolean => takenUp > 0;

/** For how long the bot is to be up before it takes such an order up: short lives alone never make one hopeless. */
export const quietMs = ({ takenUp = 0 }: Order): number => [0, 2_000, 10_000][takenUp] ?? 0;

/** Keeps with how many takings up the bot went down: one that ended, was held, or stopped with the bot does not count. */
export function createTakings(desk: Desk) {
  const underway = new Map<number, Order>();
  const keep = async ({ id, takenUp = 0 }: Order): Promise<void> => {
    await desk.store.orders.change(id, atWork, { takenUp }).catch((cause: unknown) => {
      desk.log.error({ err: cause, order: id }, 'it cannot be counted how often an order was taken up');
    });
  };
  return {
    /** Does the work, counted while it goes on; throws what it throws. */
    async counted(order: Order, work: (order: Order) => Promise<void>): Promise<void> {
      const taken = { ...order, takenUp: (order.takenUp ?? 0) + 1 };
      underway.set(order.id, order);
      try {
        await keep(taken);
        await work(taken);
      } catch (thrown) {
        await keep(order);
        throw thrown;
      } finally {
        underway.delete(order.id);
      }
    },
    /** For a stop in good order. */
    async takeBack(): Promise<void> {
      await Promise.all([...underway.values()].map(keep));
    },
  };
}
