import { setTimeout as sleep } from 'node:timers/promises';
import { Fault, type Refusal } from '#core/errors.ts';
import type { Order } from '#core/order.ts';
import { t } from '#core/text.ts';

/** How soon the oldest order is worked on again that the store would not let end, the first time and at most. */
const firstAgainMs = 1_000;
const longestAgainMs = 5_000;

const stillHeld: Refusal = {
  code: 'run.cannot_begin',
  say: t(
    'Orders that came before are not carried through yet; nothing was started.',
    'Des ordres venus avant ne sont pas encore menés à bien ; rien n’a été commencé.',
  ),
  next: t('I try again by myself until I can.', 'Je réessaie de moi-même jusqu’à ce que je le puisse.'),
  retryable: true,
};

/** What the backlog does with its orders. */
export interface BacklogOptions {
  /** Works on an order; false when the store would not let it end, and it is to be worked on again. Never rejects. */
  work(order: Order, about: string | undefined): Promise<boolean>;
  /** The order as it is now; undefined when nobody has to work on it any more. */
  present(order: Order): Promise<Order | undefined>;
  /** How long it holds up those behind it, at most; called right before it is worked on. `sure`: the store works. */
  patience(order: Order, sure: boolean): Promise<number>;
  readonly signal: AbortSignal;
}

interface Place {
  readonly order: Order;
  readonly about: string | undefined;
}

/** Orders that were accepted and not carried through, oldest first: those behind wait until it is done with those before. */
export interface Backlog {
  readonly isEmpty: boolean;
  /** True while the store lets nothing end, as far as is known. */
  readonly isStuck: boolean;
  join(order: Order, about: string | undefined): void;
  /** For an order that the store would not let end. */
  again(order: Order, about: string | undefined): void;
  /** Resolves when it is empty; throws when what is in it cannot be carried through now. */
  clear(): Promise<void>;
  /** Resolves when it is worked off, stuck or stopped. */
  rest(): Promise<void>;
  stop(): void;
}

/**
 * One for all, or a yes would be carried out before the no that was said first. While the store lets nothing end, the
 * oldest is tried again now and then.
 */
export function createBacklog({ work, present, patience, signal }: BacklogOptions): Backlog {
  const places = new Map<number, Place>();
  let sure = true;
  let againMs = firstAgainMs;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  const put = (place: Place) => void places.set(place.order.id, place);
  const remove = ({ order }: Place) => void places.delete(order.id);
  const oldest = (): Place | undefined => {
    let id: number | undefined;
    for (const one of places.keys()) if (id === undefined || one < id) id = one;
    return id === undefined ? undefined : places.get(id);
  };

  const stick = () => {
    sure = false;
    if (timer !== undefined || signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      advance();
    }, againMs);
    againMs = Math.min(againMs * 2, longestAgainMs);
  };

  const ended = (place: Place, fine: boolean) => {
    if (!fine) {
      put(place);
      return stick();
    }
    remove(place);
    sure = true;
    againMs = firstAgainMs;
  };

  /** Works on the oldest order, and waits for its end as long as it may hold up the others. */
  const first = async ({ order: waiting, about }: Place): Promise<void> => {
    const order = await present(waiting);
    if (order === undefined) return remove({ order: waiting, about });
    const ms = await patience(order, sure);
    if (signal.aborted) return;
    const over = work(order, about);
    const fine = await within(over, ms, signal);
    if (fine !== undefined) return ended({ order, about }, fine);
    if (!signal.aborted) remove({ order, about });
    void over.then((late) => ended({ order, about }, late));
  };

  const stuck = () => timer !== undefined;

  const all = async () => {
    for (let place = oldest(); place && !stuck() && !signal.aborted; place = oldest()) {
      await first(place).catch(stick);
    }
  };

  const advance = () => {
    if (signal.aborted) return;
    working ??= all().finally(() => {
      working = undefined;
      if (places.size > 0 && !stuck()) advance();
    });
  };

  return {
    get isEmpty() {
      return places.size === 0;
    },
    get isStuck() {
      return !sure;
    },
    join(order, about) {
      put({ order, about });
      if (!stuck()) advance();
    },
    again(order, about) {
      put({ order, about });
      stick();
    },
    async clear() {
      while (working) await working;
      if (places.size > 0) throw new Fault(stillHeld);
    },
    async rest() {
      while (working) await working;
    },
    stop: () => clearTimeout(timer),
  };
}

/** What a work ends with; undefined when it goes on longer than that. */
export async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  if (ms === 0) return undefined;
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => undefined);
  return Promise.race([work, late]).finally(() => over.abort());
}
