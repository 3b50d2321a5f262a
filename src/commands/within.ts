import { setTimeout as sleep } from 'node:timers/promises';

/** What a work ends with; undefined when it goes on longer than that. */
export async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | undefined> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => undefined);
  return Promise.race([work, late]).finally(() => over.abort());
}
