import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Run, RunState } from '#core/run.ts';
import { ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { aRun, print } from './runs.ts';
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

let browser: Browser;
let rig: Rig;
let window: Window;
let page: Page;
let run: Run;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, n) => `web-1 | line ${from + n}\n`).join('');

/** The numbers of the lines that are shown. */
const shown = async (): Promise<readonly number[]> =>
  [...(await page.getByRole('log').innerText()).matchAll(/line (\d+)/g)].map(([, number]) => Number(number));

const numbers = (from: number, to: number): readonly number[] => Array.from({ length: to - from }, (_, n) => from + n);

const open = async (): Promise<void> => {
  await page.goto(`${rig.url}/#/runs/${run.id}`);
  await page.getByRole('heading', { name: `Run ${run.id}` }).waitFor({ state: 'attached' });
};

const end = async (state: RunState): Promise<void> => {
  await rig.store.runs.change(run.id, ['running'], { state, finishedAt: new Date().toISOString() });
  rig.tell({ kind: 'run', id: run.id });
};

describe.each(usualSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig();
    window = await openWindow(browser, rig, size, { bypassCSP: true, acceptDownloads: true });
    page = await signIn(window, rig);
    run = await aRun(rig);
  });
  afterEach(async () => {
    await window.close();
    await rig.close();
  });

  it('what was printed before the page was opened is there, and what comes follows it once', async () => {
    await print(rig, run.id, lines(0, 50));
    await open();
    await page.getByText('web-1 | line 49', { exact: true }).waitFor();
    for (let from = 50; from < 80; from += 3) await print(rig, run.id, lines(from, from + 3));
    await page.getByText('web-1 | line 79', { exact: true }).waitFor();
    expect(await shown()).toEqual(numbers(0, 80));
    expect(await page.getByText('No output yet.').count()).toBe(0);
  });

  it('a connection that was lost, and a bot that was started again, leave no hole and no double', async () => {
    await open();
    await page.getByText('No output yet.').waitFor();
    await live(page);
    await print(rig, run.id, lines(0, 10));
    await page.getByText('web-1 | line 9', { exact: true }).waitFor();
    await rig.stopServer();
    await page.getByText('Reconnecting… what you type is kept.').waitFor();
    await print(rig, run.id, lines(10, 16_000));
    await rig.startServer();
    await page.getByText('web-1 | line 15999', { exact: true }).waitFor();
    await live(page);
    await print(rig, run.id, lines(16_000, 16_010));
    await page.getByText('web-1 | line 16009', { exact: true }).waitFor();
    expect(await shown()).toEqual(numbers(0, 16_010));
  });

  it('a run that is over shows the end of its log, what is before it when asked, and saves all of it', async () => {
    await print(rig, run.id, lines(0, 5000));
    await end('failed');
    await open();
    await page.getByRole('heading', { name: 'Log', exact: true }).waitFor();
    await page.getByText('web-1 | line 4999', { exact: true }).waitFor();
    const first = await shown();
    expect(first).toEqual(numbers(first[0] ?? 0, 5000));
    expect(first.length).toBeLessThan(4500);
    const before = page.getByRole('button', { name: 'Show what is before' });
    for (let at = first[0] ?? 0; at > 0; at = (await shown())[0] ?? 0) {
      await before.click();
      await expect.poll(async () => (await shown())[0], { timeout: 45_000 }).toBeLessThan(at);
      const now = await shown();
      expect(now).toEqual(numbers(now[0] ?? 0, 5000));
    }
    expect(await before.count()).toBe(0);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the whole log' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`run-${run.id}.log`);
    expect(await readFile(await download.path(), 'utf8')).toBe(lines(0, 5000));
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'a run with its log');
  });

  it('what a host printed is text, and follows the end until the person reads above', async () => {
    await print(rig, run.id, lines(0, 200));
    await print(rig, run.id, `TASK [Two] ${'*'.repeat(68)}\n`);
    await print(rig, run.id, 'web-2 | <img src=x onerror=alert(1)> \ufffd[31mred\nok: [web-2]\n');
    await open();
    const log = page.getByRole('log');
    await log.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await log.locator('img').count()).toBe(0);
    expect(await log.locator('.log-head').innerText()).toMatch(/^TASK \[Two\]\s*$/);
    const place = () => log.evaluate((list) => [list.scrollTop, list.scrollHeight - list.clientHeight] as const);
    await expect.poll(async () => (await place())[1] - (await place())[0], { timeout: 45_000 }).toBeLessThan(4);
    await log.evaluate((list) => list.scrollTo(0, 100));
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    await print(rig, run.id, lines(200, 210));
    await log.getByText('web-1 | line 209', { exact: true }).waitFor({ state: 'attached' });
    expect((await place())[0]).toBe(100);
    await page.getByRole('button', { name: 'web-2', exact: true }).click();
    expect(await log.innerText()).toMatch(/^<img src=x onerror=alert\(1\)> \ufffd\[31mred\s+ok: \[web-2\]\s*$/);
  });

  it('a log that is no longer kept, or is not the reader’s to read, is said in their language', async () => {
    await print(rig, run.id, lines(0, 5));
    await end('done');
    await rm(join(rig.runLogs, `${run.id}.log`));
    await open();
    await page.getByText('The log of this run is no longer kept. Its steps are below.').waitFor();
    expect(await page.getByRole('link', { name: 'Download the whole log' }).count()).toBe(0);
    const french = await openWindow(browser, rig, size, { locale: 'fr-FR' });
    const his = await signIn(french, rig);
    await his.goto(`${rig.url}/#/runs/${run.id}`);
    await his.getByText('Le journal de cette exécution n’est plus conservé. Ses étapes sont ci-dessous.').waitFor();
    await french.close();
  });
});

describe('somebody who may see a run and not what its order says', () => {
  it('is told why there is no log', async () => {
    rig = await openRig({
      sight: { order: async () => true, content: async () => false, audit: async () => false },
    });
    window = await openWindow(browser, rig, 'phone');
    page = await signIn(window, rig, ben);
    run = await aRun(rig);
    await print(rig, run.id, lines(0, 5));
    await open();
    await page.getByText('You may see how this run stands, not its log: its order was not shown to you.').waitFor();
    expect(await page.getByText('line 1').count()).toBe(0);
    await window.close();
    await rig.close();
  });
});
