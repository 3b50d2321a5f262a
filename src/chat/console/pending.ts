import type { Step } from '#core/run.ts';
import type { ConsoleOptions } from './options.ts';

/** Live events of the watched run that may wait for a slow reader; then the page is told to read the run again. */
const mostWaiting = 2000;

/** What has changed since it was last taken. */
export interface Pending {
  readonly messages: boolean;
  readonly orders: readonly number[];
  readonly runs: readonly number[];
  readonly live: readonly Step[];
  /** How long the log of the watched run is, when it has grown. */
  readonly log: number | undefined;
  readonly lost: boolean;
}

/** Collects changes for one stream: each thing once, so that a slow reader costs little and misses only in-between states. */
export const collect = (options: ConsoleOptions, watched: number | undefined, signal: AbortSignal) => {
  let messages = true;
  let lost = false;
  const orders = new Set<number>();
  const runs = new Set<number>();
  const live: Step[] = [];
  let log: number | undefined;
  let wake = Promise.withResolvers<void>();

  const forgetChanges = options.changes.subscribe((change) => {
    if (change.kind === 'message') messages = true;
    else (change.kind === 'order' ? orders : runs).add(change.id);
    wake.resolve();
  });
  const forgetRuns = options.listenRuns((event) => {
    if (event.kind === 'run') runs.add(event.run.id);
    else if ((event.kind === 'step' ? event.step.runId : event.runId) !== watched) return;
    else if (event.kind === 'log') log = event.size;
    else if (live.length < mostWaiting) live.push(event.step);
    else lost = true;
    wake.resolve();
  });
  signal.addEventListener('abort', () => wake.resolve(), { once: true });

  const isEmpty = (): boolean => !messages && !lost && log === undefined && orders.size + runs.size + live.length === 0;
  return {
    /** Waits for a change, or the end of the stream. */
    async take(): Promise<Pending> {
      if (isEmpty() && !signal.aborted) await wake.promise;
      wake = Promise.withResolvers<void>();
      const taken = { messages, orders: [...orders], runs: [...runs], live: live.splice(0), log, lost };
      messages = false;
      lost = false;
      log = undefined;
      orders.clear();
      runs.clear();
      return taken;
    },
    close(): void {
      forgetChanges();
      forgetRuns();
    },
  };
};
