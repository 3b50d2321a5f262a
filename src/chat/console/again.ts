import type { Clock } from '#core/clock.ts';
import type { ConsoleOptions } from './options.ts';

/** Taps of one button closer together than this are one tap: a thumb that trembles, or a page that asks again. */
const togetherMs = 10_000;

const numbered = (base: string, time: number): string => (time === 1 ? base : `${base}#${time}`);

/**
 * How often it was done: the times are counted without a gap, so the last is found in a few looks. Its messages may be
 * forgotten by now, its events never are.
 */
const timesOf = async (base: string, { wasReceived }: ConsoleOptions): Promise<number> => {
  const wasDone = (time: number): Promise<boolean> => wasReceived(numbered(base, time));
  let done = 0;
  let open = 1;
  while (await wasDone(open)) [done, open] = [open, open * 2];
  while (open - done > 1) {
    const middle = Math.floor((done + open) / 2);
    if (await wasDone(middle)) done = middle;
    else open = middle;
  }
  return done;
};

/**
 * The id of a tap or of a sent form. The same thing done again within ten seconds has the same id, so it happens
 * once; done again later it is meant, and counts up (`…#2`): a “refresh” button works every time.
 */
export const idOf = async (base: string, options: ConsoleOptions): Promise<string> => {
  const times = await timesOf(base, options);
  const before = times === 0 ? undefined : await options.messages.get(numbered(base, times));
  const together = before !== undefined && Math.abs(options.clock.now() - Date.parse(before.at)) < togetherMs;
  return numbered(base, together ? times : times + 1);
};

/**
 * Two taps of one button close together under ids of their own, as from two windows, are one: the first id counts. What
 * is remembered here is only that; the same id again is the same for good.
 */
export const createTogether = (clock: Clock) => {
  const last = new Map<string, { readonly id: string; readonly at: number }>();
  return (base: string, id: string): string => {
    const now = clock.now();
    for (const [other, { at }] of last) if (Math.abs(now - at) >= togetherMs) last.delete(other);
    const before = last.get(base);
    if (before !== undefined) return before.id;
    last.set(base, { id, at: now });
    return id;
  };
};
