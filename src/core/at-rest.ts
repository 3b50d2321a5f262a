import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A thread that was busy for less than this share of the time rests. */
const restingShare = 0.05;

/** So many bytes of new objects are worth looking at all of them. */
const worthwhile = 2_000_000;

/**
 * Gives memory back when this thread rests, looked at every `everyMs`, until what it returns is called. Node.js collects
 * while it allocates only: what the last order left over stayed for as long as nobody asked for anything.
 */
export function tidyAtRest(everyMs = 20_000): () => void {
  let before = performance.eventLoopUtilization();
  let kept = 0;
  const look = () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    if (utilization > restingShare || process.memoryUsage().heapUsed - kept < worthwhile) return;
    collector()?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    kept = process.memoryUsage().heapUsed;
  };
  const timer = setInterval(look, everyMs).unref();
  return () => clearInterval(timer);
}

/** The engine's own collector, which a program gets at by this way alone. */
function collector(): NodeJS.GCFunction | undefined {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as NodeJS.GCFunction | undefined;
}
