import type { Log } from '#core/log.ts';
import { within } from '#core/within.ts';

/** Something that can be stopped, and may take its time. */
interface Stoppable {
  stop(): Promise<void>;
}

/** What stops, and in which order. */
export interface Stopping {
  readonly pipeline: Stoppable;
  readonly runner: Stoppable;
  readonly executor: { close(): Promise<void> };
  readonly log: Log;
}

/** How long each is waited for. The runner gives steps ten seconds, then kills them. */
export interface StopLimits {
  readonly ordersMs: number;
  readonly runsMs: number;
  readonly restMs: number;
}

const usualLimits: StopLimits = { ordersMs: 3_000, runsMs: 15_000, restMs: 5_000 };

/**
 * Stops the order path, then the runs. What hears no abort (a plan that loops, or waits for what never comes) ends with
 * its executor; even what would outlive that is not waited for without end.
 */
export async function stopInTime(parts: Stopping, limits: StopLimits = usualLimits): Promise<void> {
  const { pipeline, runner, executor, log } = parts;
  const orders = pipeline.stop();
  await within(limits.ordersMs, orders);
  const runs = runner.stop();
  if (!(await within(limits.runsMs, runs))) log.warn({}, 'runs do not stop; their process is ended');
  await executor.close();
  const all = Promise.all([orders, runs]);
  if (await within(limits.restMs, all)) await all;
  else log.error({}, 'something goes on that does not stop; the bot ends without it');
}
