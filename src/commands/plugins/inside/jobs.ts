import type { PluginContext } from '#kit/plugin.ts';
import type { ReadyPlugin } from './load.ts';

/** The longest one round of a background job may take, in seconds. */
const longestRound = 60;

/** Runs a plugin's background job every so often until the signal; rounds never overlap, a failed one is logged. */
export async function keepRunning(
  { plugin }: ReadyPlugin,
  context: PluginContext<unknown>,
  busy: (on: boolean) => void,
): Promise<void> {
  const job = plugin.every;
  if (!job) return;
  const { signal: retired, log } = context;
  while (!retired.aborted) {
    const began = performance.now();
    const signal = AbortSignal.any([retired, AbortSignal.timeout(longestRound * 1000)]);
    busy(true);
    try {
      await Promise.race([job.run({ ...context, signal }), aborted(signal)]);
    } catch (error) {
      if (!retired.aborted) log.error({ error }, 'the background job failed');
    } finally {
      busy(false);
    }
    await pause(Math.max(0, job.seconds * 1000 - (performance.now() - began)), retired);
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
