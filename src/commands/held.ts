import type { Order } from '#core/order.ts';
import type { Word } from './work.ts';

/** How soon an order is worked on again that the store would not let end, the first time and at most. */
const firstAgainMs = 1_000;
const longestAgainMs = 5_000;

/** For so long a no without a number, which may be about any order, stands in the way of all. */
const anyMs = 10 * 60_000;

/** Orders that the store or the audit would not let end; each is tried again by itself. */
export interface Held {
  readonly isEmpty: boolean;
  /** Tries it again in a while, and later each time. */
  put(order: Order, about: string | undefined): void;
  /** A no that was accepted: until it is done with, nothing that it may be about goes ahead. */
  note(order: Order): void;
  done(order: Order): void;
  /** Does a no stand in the way of this order? Of any, where it is not known which. */
  isInTheWay(orderId: number | undefined): boolean;
  stop(): void;
}

/** What is held needs. */
export interface HeldOptions {
  again(order: Order, about: string | undefined): void;
  wordOf(order: Order): Word | undefined;
  now(): number;
}

interface No {
  /** The order it is about; undefined where that is not known. */
  readonly order: number | undefined;
  readonly since: number;
}

/** Is it a word that takes an order back? */
const isNo = (word: Word | undefined): boolean => word?.name === 'cancel' || word?.name === 'deny';

/** Keeps what is held. A stop and a no are never held up by anything: they are on the safe side whenever they come. */
export function createHeld({ again, wordOf, now }: HeldOptions): Held {
  const timers = new Map<number, NodeJS.Timeout>();
  const waits = new Map<number, number>();
  const noes = new Map<number, No>();

  const mayMean = ({ order, since }: No, orderId: number | undefined): boolean => {
    if (order === undefined) return now() - since < anyMs;
    return orderId === undefined || order === orderId;
  };
  const note = (order: Order): void => {
    const word = wordOf(order);
    if (isNo(word) && !noes.has(order.id)) noes.set(order.id, { order: word?.order, since: now() });
  };
  return {
    get isEmpty() {
      return waits.size === 0;
    },
    note,
    put(order, about) {
      note(order);
      const ms = waits.get(order.id) ?? firstAgainMs;
      waits.set(order.id, Math.min(ms * 2, longestAgainMs));
      clearTimeout(timers.get(order.id));
      timers.set(
        order.id,
        setTimeout(() => again(order, about), ms),
      );
    },
    done({ id }) {
      noes.delete(id);
      waits.delete(id);
      clearTimeout(timers.get(id));
      timers.delete(id);
    },
    isInTheWay: (orderId) => [...noes.values()].some((no) => mayMean(no, orderId)),
    stop() {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
