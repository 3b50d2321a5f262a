import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for the end of a work, good or bad, and no longer than that many milliseconds, or until told; false when it goes on. */
export async function within(ms: number, work: Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
  const over = new AbortController();
  const either = signal ? AbortSignal.any([over.signal, signal]) : over.signal;
  const late = sleep(ms, false, { signal: either }).catch(() => false);
  const ended = work.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, late]).finally(() => over.abort());
}
