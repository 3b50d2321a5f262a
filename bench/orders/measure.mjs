import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '../figures.mjs';
import { processorMs, residentMb } from '../process.mjs';

/**
 * Gives a bot `orders` orders at `rate` a second, each on time whether or not the ones before are answered. Resolves
 * with times in ms: an order's from its request to its answer; `late` is how far behind its time the sender itself was.
 */
export async function measure(bot, { orders, rate, label }) {
  const times = [];
  const late = [];
  const underway = [];
  let lost = 0;
  const place = async (text) => {
    const from = performance.now();
    const good = await bot.order(text).catch(() => false);
    if (good) times.push(performance.now() - from);
    else lost += 1;
  };
  const used = processorMs(bot.pid);
  const begin = performance.now();
  for (let i = 0; i < orders; i += 1) {
    const due = begin + (i * 1000) / rate;
    if (due > performance.now()) await pause(due - performance.now());
    late.push(performance.now() - due);
    underway.push(place(`${label}n${i}`));
  }
  await Promise.all(underway);
  return {
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    lost,
    late: percentile(late, 0.99),
    processor: (processorMs(bot.pid) - used) / orders,
    resident: residentMb(bot.pid),
  };
}
