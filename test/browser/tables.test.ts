import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import type { HostFacts } from '#core/facts.ts';
import type { Run } from '#core/run.ts';
import { openRig, type Rig } from '#test/support/console-rig.ts';
import { metricNames } from '../../plugins/machine/metrics.ts';
import type { Ground } from '../../plugins/metrics/measure.ts';
import { overviewCard } from '../../plugins/metrics/overview.ts';
import { listCard } from '../../plugins/runs/list.ts';
import { statusCard } from '../../plugins/status/card.ts';
import { openBrowser, openWindow, signIn } from './window.ts';

// The tables that people see first, as their plugins make them: on a phone all of each is on the screen.

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
  browser = await openBrowser();
  rig = await openRig();
  await rig.bot.say(listed(), { key: 'runs' });
  await rig.bot.say(await measured(), { key: 'metrics' });
  await rig.bot.say(status(), { key: 'status' });
});
afterAll(async () => {
  await browser.close();
  await rig.close();
});

const now = Date.parse('2026-11-21T12:40:00Z');

function listed(): Card {
  const made = (id: number, state: Run['state'], vars: Run['request']['vars'], playbook = 'deploy.yml'): Run => ({
    ...{ id, orderId: id, actor: 'console:local:ada', state, planHash: 'h', recap: {} },
    ...{ request: { playbook, vars, locks: [] }, queuedAt: '2026-11-21T12:34:00Z' },
  });
  const shop = { app_name: 'shop', app_version: 'v2' };
  const runs = [
    made(13, 'interrupted', shop),
    made(12, 'done', { service_name: 'postgresql' }, 'restart.yml'),
    made(11, 'drifted', shop),
    made(10, 'running', shop),
  ];
  return listCard(runs, new Map([['console:local:ada', { shown: 'Ada' }]]), now, undefined);
}

function measured(): Promise<Card> {
  const values: Readonly<Record<string, number>> = {
    ...{ percent: 38.46, load: 0.42, bytes: 1_503_238_553, 'bytes/s': 245_760 },
  };
  const all = metricNames.map((metric) => {
    const value = values[metric.unit] ?? 1;
    const figures = {
      ...{ now: value, average: value * 1.3, lowest: value, highest: value * 2.2 },
      ...{ highestAt: now, first: now - 3_600_000 },
    };
    return { metric, series: [], target: 'web-1', from: now - 3_600_000, to: now, span: 3_600_000, figures };
  });
  const ground: Ground = {
    ...{ args: { since: 3_600_000 }, actor: {}, language: 'en', now: () => now, signal: new AbortController().signal },
    charts: { draw: () => Promise.reject(new Error('no chart here')) },
    log: { warn: () => undefined },
    metrics: { targets: async () => [], metrics: async () => [], query: () => Promise.reject(new Error('not asked')) },
  };
  return overviewCard(ground, 'web-1', all);
}

function status(): Card {
  const host = (name: string, more: Partial<HostFacts> = {}): HostFacts => ({
    ...{ host: name, reachable: true, cpus: 4, load: [0.42, 0.3, 0.2] },
    memory: { totalBytes: 1000, availableBytes: 620 },
    disks: [{ mount: '/', totalBytes: 1000, freeBytes: 590 }],
    ...more,
  });
  const loaded = host('web-1', { load: [18.42, 12, 9] });
  const full = host('web-2', { disks: [{ mount: '/', totalBytes: 100, freeBytes: 4 }] });
  const limits = { disk: 90, memory: 95, load: 2 };
  return statusCard([loaded, full, host('db-1'), host('db-2', { reachable: false })], undefined, limits);
}

describe.each(['en-GB', 'fr-FR'])('on a phone in %s', (locale) => {
  it('nothing of the tables of runs, metrics and status is cut off, and figures stand to the right', async () => {
    const window = await openWindow(browser, rig, 'phone', { locale });
    const page = await signIn(window, rig);
    const tables = page.locator('.card-table');
    await tables.nth(2).waitFor();
    const cut = await tables.evaluateAll((all) =>
      all.map((one) => one.scrollWidth - one.clientWidth).map((more, at) => ({ at, more })),
    );
    expect(cut.filter(({ more }) => more > 0)).toEqual([]);
    const sides = await tables
      .nth(1)
      .locator('tbody td')
      .evaluateAll((cells) => cells.map((cell) => (cell as { className?: string }).className));
    expect(sides).toEqual(metricNames.flatMap(() => ['', 'figures', 'figures', 'figures']));
    await window.close();
  });
});
