// Orders `echo` over the HTTP API at a steady rate: time from the request to the stored reply. Side by side, in one
// run, the same work against Hubot (npm) and Errbot (Debian) where they can be had. ../README.md says what it means.
//   node bench/orders/run.mjs [--orders 1000] [--rate 100] [--rounds 3] [--alone]
import { parseArgs } from 'node:util';
import { median, shown } from '../figures.mjs';
import { endOnSignals, loadPerProcessor } from '../process.mjs';
import { openClient } from './call.mjs';
import { startErrbot } from './errbot.mjs';
import { installHubot, startHubot } from './hubot.mjs';
import { measure } from './measure.mjs';
import { startQuarterdeck } from './quarterdeck.mjs';

/** How late the slowest hundredth of the orders may be. */
const limitMs = 50;
const warmOrders = 50;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '100' },
    rounds: { type: 'string', default: '3' },
    alone: { type: 'boolean', default: false },
  },
});
const [orders, rate, rounds] = [values.orders, values.rate, values.rounds].map(Number);

const line = (name, one) =>
  [
    name.padEnd(12),
    `p50 ${shown(one.p50, 'ms')}`.padEnd(14),
    `p99 ${shown(one.p99, 'ms')}`.padEnd(15),
    `lost ${one.lost}`.padEnd(8),
    `processor ${shown(one.processor, 'ms')} an order`.padEnd(28),
    `${shown(one.resident, 'MB')}`.padEnd(9),
    `sender late ${shown(one.late, 'ms')}`,
  ].join(' ');

async function round(start, number, call) {
  const bot = await start(call);
  if (!bot) return undefined;
  try {
    await measure(bot, { orders: warmOrders, rate, label: `w${number}` });
    return { name: bot.name, ...(await measure(bot, { orders, rate, label: `r${number}` })) };
  } finally {
    await bot.stop();
  }
}

async function everyRound(starters, call) {
  const results = new Map();
  for (let number = 0; number < rounds; number += 1) {
    for (const start of starters) {
      const result = await round(start, number, call);
      if (!result) continue;
      results.set(result.name, [...(results.get(result.name) ?? []), result]);
      console.log(line(result.name, result));
    }
  }
  return results;
}

/** The medians of all rounds; losses are added up. */
const summary = (list) => {
  const middle = (key) => median(list.map((one) => one[key]));
  const lost = list.reduce((sum, one) => sum + one.lost, 0);
  const keys = ['p50', 'p99', 'late', 'processor', 'resident'];
  return { lost, ...Object.fromEntries(keys.map((key) => [key, middle(key)])) };
};

const ratio = (ours, its) =>
  `   ours is ${(ours.p99 / its.p99).toFixed(1)} times its p99, ${(ours.processor / its.processor).toFixed(1)} times its processor time`;

function report(results) {
  console.log(`\nmedians of ${rounds} rounds of ${orders} orders at ${rate} a second`);
  const ours = summary(results.get('quarterdeck'));
  for (const [name, list] of results) {
    const its = summary(list);
    console.log(line(name, its) + (name === 'quarterdeck' ? '' : ratio(ours, its)));
  }
  for (const peer of ['hubot', 'errbot']) if (!results.has(peer)) console.log(`${peer}: not measured, not installed`);
  console.log(`load per processor in the last minute: ${loadPerProcessor().toFixed(2)} (above 1, measure again)`);
  const good = ours.p99 <= limitMs && ours.lost === 0;
  console.log(`${good ? 'within' : 'OUTSIDE'} the limit: p99 ≤ ${limitMs} ms, none lost`);
  return good;
}

endOnSignals();
const { call, close } = openClient();
const installed = values.alone || process.env.BENCH_HUBOT ? undefined : installHubot();
const hubot = (asking) => startHubot(asking, installed?.folder ?? process.env.BENCH_HUBOT);
try {
  const starters = values.alone ? [startQuarterdeck] : [startQuarterdeck, hubot, startErrbot];
  process.exitCode = report(await everyRound(starters, call)) ? 0 : 1;
} finally {
  installed?.remove();
  close();
}
