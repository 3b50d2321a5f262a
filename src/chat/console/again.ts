import type { ConsoleOptions } from './options.ts';

/** Taps of one button closer together than this are one tap: a thumb that trembles, or a page that asks again. */
const togetherMs = 10_000;
const mostTimes = 100;

/**
 * The id of a tap or of a sent form. The same thing done again within ten seconds has the same id, so it happens
 * once; done again later it is meant, and counts up (`…#2`): a “refresh” button works every time.
 */
export const idOf = async (base: string, { messages, clock }: ConsoleOptions): Promise<string> => {
  for (let time = 1; time < mostTimes; time += 1) {
    const id = time === 1 ? base : `${base}#${time}`;
    const before = await messages.get(id);
    if (before === undefined || clock.now() - Date.parse(before.at) < togetherMs) return id;
  }
  return base;
};
