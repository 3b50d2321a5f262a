import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { usualStreamLimits } from '#http/streams.ts';
import { openRig, type Rig, type RigOptions } from '#test/support/console-rig.ts';
import { openBrowser, openWindow, say, signIn, type Window } from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
const open = async (options: RigOptions = {}): Promise<void> => {
  rig = await openRig(options);
  window = await openWindow(browser, rig);
};
const close = async (): Promise<void> => {
  await window.close();
  await rig.close();
};
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(() => open());
afterEach(close);

it('a connection that is opened anew is not called live before it stands', async () => {
  const page = await signIn(window, rig);
  await page.route('**/console/api/stream*', () => undefined);
  await page.evaluate(`location.hash = '#/runs/1'`);
  await page.locator('.link-state.link-connecting').first().waitFor({ state: 'attached', timeout: 10_000 });
});

it('why the server does not open the connection is said', async () => {
  await close();
  await open({ http: { streamLimits: { ...usualStreamLimits, perActor: 1 } } });
  await signIn(window, rig);
  const second = await window.context.newPage();
  await second.goto(rig.url);
  await second.getByText('Too many live connections are open. Close some windows and try again.').waitFor();
});

it('a browser that keeps nothing is not said to keep what is typed, and a sign-out that failed is said', async () => {
  const page = await signIn(window, rig);
  await page.evaluate(`(() => {
    for (let size = 1 << 20; size > 0; size = size >> 1) {
      try { for (let n = 0; ; n += 1) localStorage.setItem(size + '.' + n, 'x'.repeat(size)); } catch {}
    }
  })()`);
  await rig.stopServer();
  await say(page, 'status');
  await page.getByText('Reconnecting… this browser keeps nothing').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('alert').getByText('Not signed out: the bot did not answer.').waitFor();
  await rig.startServer();
});

it('a line of another channel that gets through does not move the reader', async () => {
  for (let n = 1; n <= 60; n += 1) await rig.bot.say({ tone: 'info', title: `n${n}` });
  const page = await signIn(window, rig);
  await page.route('**/console/api/messages', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 500, json: { code: 'x', say: 'It broke.' } })
      : route.continue(),
  );
  await page.evaluate(`location.hash = '#/c/shop'`);
  await page.getByPlaceholder('Message #shop').waitFor();
  for (const text of ['first', 'second']) await say(page, text);
  await page.getByText('It broke. It is tried again by itself.').first().waitFor();
  await page.evaluate(`location.hash = '#/c/ops'`);
  await page.locator('.card-title').getByText('n60').waitFor();
  const list = page.locator('.page .list');
  await list.evaluate((element) => element.scrollTo(0, 200));
  await page.waitForTimeout(200);
  await page.locator('.unsent').waitFor({ state: 'detached' });
  await page.unroute('**/console/api/messages');
  await expect.poll(() => rig.received.length, { timeout: 20_000 }).toBe(2);
  await page.waitForTimeout(300);
  expect(await list.evaluate((element) => element.scrollTop)).toBeLessThan(260);
});

it('a line that waits says why: no answer, too much at once, or the line before it', async () => {
  const page = await signIn(window, rig);
  const unsent = page.locator('.unsent');
  const answer = (status: number | undefined) =>
    page.route('**/console/api/messages', (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      if (status === undefined) return route.abort('connectionreset');
      return route.fulfill({ status, json: { code: 'x', say: 'Too much at once.', retryable: true } });
    });
  await answer(429);
  for (const line of ['echo one', 'echo two']) await say(page, line);
  await unsent.nth(0).getByText('Too much at once. It is tried again by itself.').waitFor();
  await unsent.nth(1).getByText('Waits for the line before it').waitFor();
  await page.unroute('**/console/api/messages');
  await answer(undefined);
  // Only that answer is lost: the page hears the bot.
  await unsent.nth(0).getByText('No answer from the bot yet. It is tried again by itself.').waitFor();
  await page.unroute('**/console/api/messages');
  await page.locator('.said .said-text').getByText('echo two').waitFor();
  expect(rig.received.map(({ text }) => text)).toEqual(['echo one', 'echo two']);
  await rig.stopServer();
  await page.locator('.link-state.link-live').first().waitFor({ state: 'detached' });
  for (const line of ['echo three', 'echo four']) await say(page, line);
  await expect.poll(() => unsent.getByText('Waiting for the connection').count()).toBe(2);
  await rig.startServer();
  await page.locator('.said .said-text').getByText('echo four').waitFor();
});
