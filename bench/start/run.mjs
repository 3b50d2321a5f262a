// How fast the bot starts and how much memory it holds when it does nothing, as `npm start` starts it: with the demo
// fleet, in a data folder it has used before.
//   node bench/start/run.mjs [--times 5] [--idle 10]
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, shown } from '../figures.mjs';
import { descendants, endOnSignals, loadPerProcessor, residentMb } from '../process.mjs';
import { dataFolder, startBot } from '../quarterdeck.mjs';

const readyLimitMs = 1500;
const residentLimitMb = 150;

const { values } = parseArgs({
  options: { times: { type: 'string', default: '5' }, idle: { type: 'string', default: '10' } },
});
const [times, idleSeconds] = [values.times, values.idle].map(Number);

/** Resolves when `/readyz` says 200. */
async function ready(url) {
  for (;;) {
    const status = await fetch(`${url}/readyz`).then(
      (reply) => reply.status,
      () => 0,
    );
    if (status === 200) return;
    await pause(5);
  }
}

/** One start: ms from its beginning to ready, and what it and its children hold after `idleSeconds`, in MB. */
async function once(folder, idleFor) {
  const begin = performance.now();
  const bot = await startBot(folder);
  try {
    await ready(bot.url);
    const readyMs = performance.now() - begin;
    await pause(idleFor * 1000);
    const children = descendants(bot.pid).reduce((sum, pid) => sum + residentMb(pid), 0);
    return { readyMs, resident: residentMb(bot.pid), children };
  } finally {
    await bot.stop();
  }
}

endOnSignals();
const { folder, remove } = dataFolder();
const results = [];
try {
  await once(folder, 0); // the first start makes the fleet's keys; it is not the one that is counted
  for (let i = 0; i < times; i += 1) {
    const one = await once(folder, idleSeconds);
    results.push(one);
    console.log(
      `ready ${shown(one.readyMs, 'ms')}  bot ${shown(one.resident, 'MB')}  demo fleet ${shown(one.children, 'MB')}`,
    );
  }
} finally {
  remove();
}
const middle = (key) => median(results.map((one) => one[key]));
const good = middle('readyMs') <= readyLimitMs && middle('resident') <= residentLimitMb;
console.log(
  `\nmedians of ${times}: ready ${shown(middle('readyMs'), 'ms')}  bot ${shown(middle('resident'), 'MB')} after ${idleSeconds} s  demo fleet ${shown(middle('children'), 'MB')}`,
);
console.log(`load per processor in the last minute: ${loadPerProcessor().toFixed(2)} (above 1, measure again)`);
console.log(`${good ? 'within' : 'OUTSIDE'} the limits: ready ≤ ${readyLimitMs} ms, bot ≤ ${residentLimitMb} MB`);
process.exitCode = good ? 0 : 1;
