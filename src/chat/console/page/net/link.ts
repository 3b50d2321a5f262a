import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { WireEvents, WireRefusal } from '../../protocol.ts';
import { type Api, Refused } from './api.ts';
import { readEvents } from './events.ts';

/** How the live connection stands. `displaced`: a newer window took its place. */
export type LinkState = 'connecting' | 'live' | 'lost' | 'displaced';

/** The one live connection of a window: kept up, come what may. */
export interface Link {
  readonly state: Signal<LinkState>;
  /** While it is not live: when it was heard last, so of what time all that is shown is. */
  readonly lostSince: ReadonlySignal<string | undefined>;
  /** Why the server does not open it; undefined once it did. */
  readonly refusal: ReadonlySignal<WireRefusal | undefined>;
  start(): void;
  stop(): void;
  /** Opens it anew at once: the watched run changed, or the person asks. */
  renew(): void;
  /** Something was not answered: is it still there? Asked anew unless it was heard a moment ago. */
  doubt(): void;
}

/** What the link listens for and whom it tells. */
export interface LinkOptions {
  readonly api: Api;
  /** The query of the stream as it should be now. */
  query(): string;
  hear<N extends keyof WireEvents>(event: N, data: WireEvents[N]): void;
}

/** The server sends a sign of life every 15 s: after this long without one the connection is dead. */
const deadAfterMs = 40_000;
/** How long one may take to open. */
const openWithinMs = 20_000;
/** One that opens anew within this was never away. */
const blinkMs = 1000;
/** Heard so lately, it is not in doubt. */
const surelyMs = 4000;
const firstWaitMs = 500;
const longestWaitMs = 8000;

const waitMs = (failures: number): number =>
  Math.min(longestWaitMs, firstWaitMs * 2 ** failures) * (0.75 + Math.random() / 2);

export const createLink = ({ api, query, hear }: LinkOptions): Link => {
  const state = signal<LinkState>('connecting');
  const refusal = signal<WireRefusal | undefined>(undefined);
  let attempt = new AbortController();
  let running = false;
  let failures = 0;
  let heardAt = 0;
  const lostSince = computed(() => {
    if (state.value === 'live' || heardAt === 0) return undefined;
    return new Date(heardAt).toISOString();
  });
  let wake: () => void = () => undefined;

  const listen = async (signal: AbortSignal, abort: () => void): Promise<void> => {
    let watch = setTimeout(abort, openWithinMs);
    const unsure = setTimeout(() => {
      if (state.value === 'live') state.value = 'connecting';
    }, blinkMs);
    const alive = (): void => {
      heardAt = Date.now();
      clearTimeout(watch);
      watch = setTimeout(abort, deadAfterMs);
    };
    try {
      const { body } = await api.open(`stream?${query()}`, signal);
      if (body === null) return;
      alive();
      for await (const { event, data } of readEvents(body, alive)) {
        if (event === 'hello') {
          clearTimeout(unsure);
          state.value = 'live';
          refusal.value = undefined;
          failures = 0;
        }
        if (event === 'displaced') state.value = 'displaced';
        hear(event as keyof WireEvents, JSON.parse(data)); // the server's own events
      }
    } finally {
      clearTimeout(watch);
      clearTimeout(unsure);
    }
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const keep = async (): Promise<void> => {
    while (running) {
      attempt = new AbortController();
      const { signal } = attempt;
      try {
        await listen(signal, () => attempt.abort());
      } catch (thrown) {
        if (thrown instanceof Refused && thrown.isOfSession) return;
        refusal.value = thrown instanceof Refused ? thrown.refusal : undefined;
      }
      if (!running || state.value === 'displaced') return;
      if (signal.reason === 'renew') continue;
      state.value = 'lost';
      await pause(waitMs(failures));
      failures += 1;
    }
  };

  const renew = (): void => {
    if (!running) return;
    if (state.value === 'displaced') {
      state.value = 'connecting';
      void keep();
      return;
    }
    attempt.abort('renew');
    wake();
  };

  /** Until it has answered again, nobody is told that it is live. */
  const doubt = (after = surelyMs): void => {
    if (state.value !== 'live' || Date.now() - heardAt <= after) return;
    state.value = 'connecting';
    renew();
  };

  const look = (): void => {
    if (document.visibilityState !== 'visible') return;
    if (state.value === 'live') doubt(20_000);
    else renew();
  };

  const goneOffline = (): void => attempt.abort();

  return {
    state,
    lostSince,
    refusal,
    renew,
    doubt: () => doubt(),
    start() {
      if (running) return;
      running = true;
      document.addEventListener('visibilitychange', look);
      window.addEventListener('online', look);
      window.addEventListener('offline', goneOffline);
      void keep();
    },
    stop() {
      running = false;
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('online', look);
      window.removeEventListener('offline', goneOffline);
      attempt.abort();
      wake();
    },
  };
};
