// How fast the bot starts and how much memory it holds when it does nothing, as `npm start` starts it: with the demo
// fleet, in a data folder it has used before.
//   node bench/start/run.mjs [--times 5] [--idle 10] [--after-run] [--rest 330]
// With --after-run it also deploys the demo shop once and asks for `help` 500 times, and measures again when `rest`
// seconds have passed since.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, shown } from '../figures.mjs';
import { descendants, endOnSignals, loadPerProcessor, residentMb } from '../process.mjs';
import { dataFolder, startBot } from '../quarterdeck.mjs';

const readyLimitMs = 1500;
const residentLimitMb = 150;

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '5' },
    idle: { type: 'string', default: '10' },
    'after-run': { type: 'boolean', default: false },
    // What runs plans ends after five idle minutes.
    rest: { type: 'string', default: '330' },
  },
});
const [times, idleSeconds, restSeconds] = [values.times, values.idle, values.rest].map(Number);

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

/** An order from its acceptance to its end; throws when it does not end well. */
async function order({ url, token }, text) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ text, as: 'console:local:ada', yes: true });
  const { event } = await (await fetch(`${url}/api/v1/orders`, { method: 'POST', headers, body })).json();
  const at = `${url}/api/v1/orders/${encodeURIComponent(`e:${event}`)}?wait=60`;
  const { order } = await (await fetch(at, { headers })).json();
  if (order?.state !== 'done') throw new Error(`${text} ended ${order?.state}: ${JSON.stringify(order?.refusal)}`);
}

/** What the bot holds once a run and many questions are over and it has rested, in MB. */
async function afterRun(bot) {
  await order(bot, 'deploy shop v2');
  for (let count = 0; count < 500; count += 1) await order(bot, 'help');
  const during = residentMb(bot.pid);
  await pause(restSeconds * 1000);
  return { during, after: residentMb(bot.pid) };
}

/** A port that was free a moment ago. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/**
 * One start: ms from its beginning until it takes orders, and until the demo's services are up as well; what it and its
 * children hold after `idleSeconds`, in MB.
 */
async function start(folder, idleFor, withRun) {
  const port = await freePort();
  const begin = performance.now();
  const since = () => performance.now() - begin;
  const starting = startBot(folder, [], port);
  const readyMs = await Promise.race([ready(`http://127.0.0.1:${port}`).then(since), starting.then(() => Number.NaN)]);
  const bot = await starting;
  try {
    const upMs = since();
    await pause(idleFor * 1000);
    const children = descendants(bot.pid).reduce((sum, pid) => sum + residentMb(pid), 0);
    const resident = residentMb(bot.pid);
    return { readyMs, upMs, resident, children, ...(withRun ? await afterRun(bot) : {}) };
  } finally {
    await bot.stop();
  }
}

const ran = ({ during, after }) =>
  after === undefined ? '' : `  just after work ${shown(during, 'MB')}  rested ${shown(after, 'MB')}`;

endOnSignals();
const { folder, remove } = dataFolder();
const results = [];
try {
  await start(folder, 0, false); // the first start makes the fleet's keys; it is not the one that is counted
  for (let i = 0; i < times; i += 1) {
    const one = await start(folder, idleSeconds, values['after-run']);
    results.push(one);
    console.log(
      `ready ${shown(one.readyMs, 'ms')}  shop open ${shown(one.upMs, 'ms')}  bot ${shown(one.resident, 'MB')}  demo fleet ${shown(one.children, 'MB')}${ran(one)}`,
    );
  }
} finally {
  remove();
}
const middle = (key) => median(results.map((one) => one[key]));
const heaviest = Math.max(middle('resident'), values['after-run'] ? middle('after') : 0);
const good = middle('readyMs') <= readyLimitMs && heaviest <= residentLimitMb;
console.log(
  `\nmedians of ${times}: ready ${shown(middle('readyMs'), 'ms')}  shop open ${shown(middle('upMs'), 'ms')}  bot ${shown(middle('resident'), 'MB')} after ${idleSeconds} s  demo fleet ${shown(middle('children'), 'MB')}${values['after-run'] ? ran({ during: middle('during'), after: middle('after') }) : ''}`,
);
console.log(`load per processor in the last minute: ${loadPerProcessor().toFixed(2)} (above 1, measure again)`);
console.log(`${good ? 'within' : 'OUTSIDE'} the limits: ready ≤ ${readyLimitMs} ms, bot ≤ ${residentLimitMb} MB`);
process.exitCode = good ? 0 : 1;
