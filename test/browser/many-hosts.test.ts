import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HostRecap, Run, Step } from '#core/run.ts';
import { openRig, type Rig } from '#test/support/console-rig.ts';
import { aRun, aStep, print } from './runs.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  live,
  openBrowser,
  openWindow,
  signIn,
  usualSizes,
  type Window,
} from './window.ts';

// A run on a thousand hosts: what its page shows at once is little, and all of it can be reached. With QUARTERDECK_MEASURE
// the page’s long tasks are printed, in ms; the last is of the test itself.

const hosts = Array.from({ length: 1000 }, (_, n) => `web-${String(n + 1).padStart(4, '0')}`);
const tasks = 12;
const isBad = (at: number): boolean => at % 50 === 49;
const recapOf = (at: number): HostRecap => ({
  ok: tasks,
  changed: 3,
  unreachable: 0,
  failed: isBad(at) ? 1 : 0,
  skipped: 0,
  rescued: 0,
  ignored: 0,
});
const recap = Object.fromEntries(hosts.map((host, at) => [host, recapOf(at)]));

/** No machine is so slow that what is shown in slices needs this long; all at once, it did. */
const generousMs = 3000;

let browser: Browser;
let rig: Rig;
let window: Window;
let page: Page;
let run: Run;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const aStepOf = (host: string, at: number, task: number): Step => {
  const finishedAt = new Date().toISOString();
  const result = { stdout: `${host} said ${task}\nand more` };
  if (!isBad(at) || task < tasks - 1) return aStep(run.id, host, `1.${task}`, { state: 'ok', finishedAt, result });
  const refusal = { code: 'step.failed', say: 'The health check answered 500.' } as const;
  return aStep(run.id, host, `1.${task}`, { state: 'failed', finishedAt, result, refusal });
};

/** The longest task of the page since it was opened, in ms. */
const longest = async (): Promise<number> => Number(await page.evaluate('Math.max(0, ...window.tasks)'));

describe.each(usualSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig();
    window = await openWindow(browser, rig, size, { bypassCSP: true });
    await window.context.addInitScript(`window.tasks = [];
      new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
        .observe({ type: 'longtask', buffered: true });`);
    page = await signIn(window, rig);
    run = await aRun(rig);
    for (let task = 0; task < tasks; task += 1) {
      await print(
        rig,
        run.id,
        `TASK [Task ${task}] ${'*'.repeat(60)}\n${hosts.map((host) => `${host} | said ${task}\nok: [${host}]\n`).join('')}`,
      );
      await Promise.all(hosts.map((host, at) => rig.store.runs.putStep(aStepOf(host, at, task))));
    }
    await rig.store.runs.change(run.id, ['running'], { state: 'failed', finishedAt: new Date().toISOString(), recap });
    await page.evaluate('void (window.tasks.length = 0)');
  });
  afterEach(async () => {
    if (process.env.QUARTERDECK_MEASURE) console.log(size, await page.evaluate('window.tasks.join()'));
    await window.close();
    await rig.close();
  });

  const open = () => page.goto(`${rig.url}/#/runs/${run.id}`);
  const host = (name: string) => page.getByRole('region', { name });
  const shown = () => page.locator('.host');

  it('its page is there soon and never stands still, also when it is read again and its log is of one host', async () => {
    await open();
    await host('web-0050').getByText('The health check answered 500.').waitFor();
    await host('web-0002').waitFor();
    await expectNoSidewaysScroll(page);
    expect(await shown().count()).toBeLessThan(100);
    await page.getByLabel('Log of').selectOption('web-0990');
    await page.getByRole('log').getByText('said 11').waitFor();
    await page.getByLabel('Log of').selectOption('');
    await page.getByRole('log').getByText('web-1000 | said 11').waitFor();
    await rig.stopServer();
    await rig.startServer();
    await live(page);
    expect(await longest()).toBeLessThan(generousMs);
    await expectAccessible(page, 'a run on a thousand hosts');
  });

  it('what failed comes first, the rest is reached by name or with the button, and a keyboard goes on there', async () => {
    await open();
    await host('web-0002').waitFor();
    expect((await shown().first().getAttribute('aria-label')) ?? '').toBe('web-0050');
    expect(await page.getByRole('list', { name: 'What went wrong' }).innerText()).toContain('and 10 other hosts');
    const more = page.getByRole('button', { name: /^Show more: \d+ hosts are left$/ });
    const before = await shown().count();
    await more.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => shown().count()).toBeGreaterThan(before + 20);
    const at = Number(await page.evaluate(`[...document.querySelectorAll('.host')].indexOf(document.activeElement)`));
    expect([before - 1, before]).toContain(at);
    await page.getByLabel('Find a host').fill('WEB-0777');
    await host('web-0777').waitFor();
    expect(await shown().count()).toBe(1);
    await page.getByText('1 host', { exact: true }).waitFor();
    await host('web-0777').getByText('Task 1.3').click();
    await host('web-0777').getByText('web-0777 said 3').waitFor();
    expect(await longest()).toBeLessThan(generousMs);
  });
});
