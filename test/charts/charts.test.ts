import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { type ChartsOptions, createCharts } from '#charts/charts.ts';
import type { Charts } from '#core/charts.ts';
import { silentLog } from '#core/log.ts';
import { requests } from './requests.ts';

const never = new AbortController().signal;
const open: Charts[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const charts of open.splice(0)) await charts.stop();
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const started = (options: Partial<ChartsOptions> = {}): Charts => {
  // The first chart on a busy machine compiles everything: the limit of a chart is not what most of these are about.
  const charts = createCharts({ log: silentLog, seconds: 90, ...options });
  open.push(charts);
  return charts;
};

/** The chart workers whose parent is that process. */
async function workersOf(parent: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, line] = await Promise.all(
        ['stat', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      const parentOf = Number(stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parentOf === parent && line?.includes('charts/worker.ts') ? [pid] : [];
    }),
  );
  return found.flat();
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 45_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come about');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a chart is a PNG of 1200×750 under 300 kB', async () => {
  for (const request of Object.values(requests)) {
    const { content, width, height } = await (open[0] ?? started()).png(request, never);
    expect(content.subarray(1, 4).toString()).toBe('PNG');
    expect([content.readUInt32BE(16), content.readUInt32BE(20)]).toEqual([1200, 750]);
    expect([width, height]).toEqual([1200, 750]);
    expect(content.length).toBeLessThan(300_000);
  }
});

test('a chart is drawn twice, for a light page and for a dark one', async () => {
  const { content, dark } = await started().png(requests.one, never);
  expect([dark.readUInt32BE(16), dark.readUInt32BE(20)]).toEqual([1200, 750]);
  expect(dark.equals(content)).toBe(false);
});

test('letters are drawn: the font travels with the bot', async () => {
  const charts = started();
  const [one, other] = await Promise.all(
    ['iiii', 'WWWW'].map((title) => charts.png({ ...requests.empty, title }, never)),
  );
  expect(one?.content.equals(other?.content ?? Buffer.alloc(0))).toBe(false);
});

test('the worker starts with the first chart and ends when idle', async () => {
  const charts = started({ idleSeconds: 0.3 });
  expect(await workersOf(process.pid)).toEqual([]);
  await charts.png(requests.empty, never);
  expect(await workersOf(process.pid)).toHaveLength(1);
  await until(async () => (await workersOf(process.pid)).length === 0);
  expect((await charts.png(requests.empty, never)).width).toBe(1200);
});

test('a chart whose worker is killed again and again fails, and the next chart has another', async () => {
  const charts = started();
  await charts.png(requests.empty, never);
  const drawing = charts.png(requests.many, never);
  const failed = expect(drawing).rejects.toMatchObject({ code: 'charts.failed' });
  let over = false;
  drawing.catch(() => undefined).finally(() => (over = true));
  await until(async () => {
    for (const worker of await workersOf(process.pid)) if (!over) process.kill(worker, 'SIGKILL');
    return over;
  });
  await failed;
  expect((await charts.png(requests.one, never)).width).toBe(1200);
});

test('a worker killed at rest is not missed', async () => {
  const charts = started();
  await charts.png(requests.empty, never);
  for (const worker of await workersOf(process.pid)) process.kill(worker, 'SIGKILL');
  await until(async () => (await workersOf(process.pid)).length === 0);
  expect((await charts.png(requests.one, never)).width).toBe(1200);
});

test('a chart that takes too long is given up, and no worker is left with it', async () => {
  const charts = started({ seconds: 0.02 });
  await expect(charts.png(requests.many, never)).rejects.toMatchObject({ code: 'charts.timeout' });
  await until(async () => (await workersOf(process.pid)).length === 0);
});

test('a chart that cannot be drawn fails alone', async () => {
  const charts = started();
  const broken = { ...requests.one, series: [{ name: 'x', points: 'nonsense' as unknown as [] }] };
  const [bad, good] = await Promise.allSettled([charts.png(broken, never), charts.png(requests.one, never)]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: 'charts.failed' } });
  expect(good?.status).toBe('fulfilled');
});

test('a chart nobody wants any more is given up at once, waiting or under way', async () => {
  const charts = started();
  const asker = new AbortController();
  const wanted = charts.png(requests.empty, never);
  const unwanted = [charts.png(requests.one, asker.signal), charts.png(requests.many, AbortSignal.abort())];
  asker.abort();
  for (const chart of unwanted) await expect(chart).rejects.toMatchObject({ code: 'charts.cancelled' });
  expect((await wanted).width).toBe(1200);
});

test('a hundred charts at once: some are refused with a word, none is lost', async () => {
  const charts = started();
  const all = await Promise.allSettled(Array.from({ length: 100 }, () => charts.png(requests.empty, never)));
  const refused = all.filter((one) => one.status === 'rejected');
  expect(refused.length).toBeGreaterThan(40);
  expect(refused.every((one) => one.status === 'rejected' && one.reason.code === 'charts.busy')).toBe(true);
});

test('stopping ends the worker and whatever waits', async () => {
  const charts = started();
  const waiting = [charts.png(requests.many, never), charts.png(requests.one, never)];
  const outcome = Promise.allSettled(waiting);
  await charts.stop();
  expect((await outcome).every((one) => one.status === 'rejected' && one.reason.code === 'charts.cancelled')).toBe(
    true,
  );
  await until(async () => (await workersOf(process.pid)).length === 0);
  await expect(charts.png(requests.one, never)).rejects.toMatchObject({ code: 'charts.cancelled' });
});

test('the worker does not outlive a bot that is killed', async () => {
  const bot = spawn(process.execPath, [fileURLToPath(new URL('./drawing-bot.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(bot);
  await once(bot.stdout, 'data');
  const [worker] = await workersOf(bot.pid ?? 0);
  expect(worker).toBeDefined();
  bot.kill('SIGKILL');
  await until(async () => (await readFile(`/proc/${worker}/cmdline`, 'utf8').catch(() => '')) === '');
});
