import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openRig, type Rig } from '#test/support/console-rig.ts';
import { script } from './script.ts';
import { live, openBrowser, openWindow, signIn, type Window } from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  rig = await openRig({ script });
  window = await openWindow(browser, rig);
});
afterEach(async () => {
  await window.close();
  await rig.close();
});

it('what could not be read is said, and read when the person asks or the connection is back', async () => {
  const page = await signIn(window, rig);
  await rig.bot.say({ tone: 'info', title: 'in the shop' }, { key: 'root', channel: 'shop' });
  await page.route('**/console/api/messages?channel=shop*', (route) =>
    route.fulfill({ status: 500, json: { code: 'x', say: 'It broke.' } }),
  );
  await page.goto(`${rig.url}/#/c/shop`);
  await page.getByRole('alert').getByText('It broke.').waitFor();
  await page.unroute('**/console/api/messages?channel=shop*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator('.card-title').getByText('in the shop').waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });

  await rig.stopServer();
  for (const [place, read] of [
    ['#/runs', 'text=No runs yet.'],
    ['#/c/shop/t/root', 'text=No replies yet.'],
    ['#/audit', '.audit-what'],
  ] as const) {
    await page.evaluate(`location.hash = ${JSON.stringify(place)}`);
    await page.getByRole('alert').getByText('The bot did not answer.').waitFor();
    await rig.startServer();
    await live(page);
    await page.locator(read).first().waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await rig.stopServer();
    await page.locator('.link-state.link-live').first().waitFor({ state: 'detached' });
  }
  await rig.startServer();
});

it('what could not be read while the connection stands is read again by itself', async () => {
  const page = await signIn(window, rig);
  await rig.bot.say({ tone: 'info', title: 'in the shop' }, { channel: 'shop' });
  let asked = 0;
  await page.route('**/console/api/messages?channel=shop*', (route) => {
    asked += 1;
    return asked === 1 ? route.abort('connectionreset') : route.continue();
  });
  await page.evaluate(`location.hash = '#/c/shop'`);
  await page.getByRole('alert').getByText('The bot did not answer.').waitFor();
  await page.locator('.card-title').getByText('in the shop').waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
});

it('what came while the connection was lost stands below the “new” line, and the focus stays where it was', async () => {
  const page = await signIn(window, rig);
  await rig.bot.say({ tone: 'info', title: 'seen' });
  await page.locator('.card-title').getByText('seen', { exact: true }).waitFor();
  await page.locator('.page .composer textarea').focus();
  await rig.stopServer();
  await page.getByText('Reconnecting… what you type is kept.').waitFor();
  await rig.bot.say({ tone: 'info', title: 'missed' });
  await rig.startServer();
  await page.locator('.card-title').getByText('missed', { exact: true }).waitFor();
  await page.locator('.new-line').waitFor();
  expect(await page.locator('.new-line').evaluate((line) => line.nextElementSibling?.textContent)).toContain('missed');
  expect(await page.evaluate('document.activeElement.tagName')).toBe('TEXTAREA');
});

it('when too much was missed, the list stays and is then read again', async () => {
  const page = await signIn(window, rig);
  await rig.bot.say({ tone: 'info', title: 'known' });
  await page.locator('.card-title').getByText('known').waitFor();
  await rig.stopServer();
  await page.locator('.link-state.link-live').first().waitFor({ state: 'detached' });
  for (let n = 0; n < 502; n += 1) await rig.bot.say({ tone: 'info', title: `missed ${n}` });
  await page.route('**/console/api/messages?*', (route) =>
    route.fulfill({ status: 500, json: { code: 'x', say: 'It broke.' } }),
  );
  await rig.startServer();
  await page.getByRole('alert').getByText('It broke.').waitFor();
  expect(await page.locator('.card-title').getByText('known').count()).toBe(1);
  expect(await page.getByText('All quiet on deck').count()).toBe(0);
  await page.unroute('**/console/api/messages?*');
  await rig.stopServer();
  await page.locator('.link-state.link-live').first().waitFor({ state: 'detached' });
  await rig.startServer();
  await page.locator('.card-title').getByText('missed 501').waitFor();
  expect(await page.locator('.card-title').getByText('known').count()).toBe(0);
});

it('earlier messages that cannot be read are said, and the reader is not moved', async () => {
  for (let n = 1; n <= 60; n += 1) await rig.bot.say({ tone: 'info', title: `n${n}` });
  const page = await signIn(window, rig);
  const list = page.locator('.page .list');
  const top = (): Promise<number> => list.evaluate((element) => element.scrollTop);
  await page.route('**/console/api/messages?*before=*', async (route) => {
    await list.evaluate((element) => element.scrollTo(0, 400));
    await route.fulfill({ status: 500, json: { code: 'x', say: 'It broke.' } });
  });
  await list.evaluate((element) => element.scrollTo(0, 0));
  await page.getByRole('button', { name: 'Earlier messages' }).click();
  await page.getByRole('alert').getByText('It broke.').waitFor({ state: 'attached' });
  await page.waitForTimeout(200);
  expect(Math.abs((await top()) - 400)).toBeLessThan(60);
});
