import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { script } from './script.ts';
import { expectNoSidewaysScroll, live, openBrowser, openWindow, say, signIn, type Window } from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
beforeAll(async () => {
  browser = await openBrowser('--host-resolver-rules=MAP console.test 127.0.0.1');
});
afterAll(() => browser.close());
beforeEach(async () => {
  rig = await openRig({ script, http: { publicUrl: 'http://console.test' } });
  window = await openWindow(browser, rig);
});
afterEach(async () => {
  await window.close();
  await rig.close();
});

it('who signs in after another sees nothing of theirs, and nothing of theirs is sent', async () => {
  const page = await signIn(window, rig);
  await say(page, 'secret');
  await page.locator('.card-title').getByText('Between us').waitFor();
  await page.route(
    '**/console/api/messages',
    async (route) => {
      await window.context.clearCookies();
      await route.continue();
    },
    { times: 1 },
  );
  await say(page, 'echo for Ada');
  await page.getByLabel('Token').fill(await rig.token(ben));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Signed in as Ben').waitFor();
  await live(page);
  await page.locator('.said').first().waitFor();
  expect(await page.locator('.card-title').getByText('Between us').count()).toBe(0);
  expect(await page.locator('.unsent').count()).toBe(0);
  await page.waitForTimeout(3500);
  expect(rig.received.map(({ text }) => text)).toEqual(['secret']);
});

it('a login in one window is known in the others, and what they did not hear of does nothing', async () => {
  const page = await signIn(window, rig);
  await page.evaluate(`window.stays = true`);
  const other = await window.context.newPage();
  await other.goto(await rig.invite(ben));
  await other.getByText('Signed in as Ben').waitFor();
  await page.getByText('Signed in as Ben').waitFor();
  expect(await page.evaluate(`window.stays`)).toBeUndefined();
  await live(page);

  const login = { link: (await rig.invite()).split('/login/')[1] };
  const headers = { 'x-quarterdeck': '1', origin: rig.url };
  await window.context.request.post(`${rig.url}/console/api/login`, { data: login, headers });
  await say(page, 'echo by whom');
  await page.getByText('Signed in as Ada').waitFor();
  expect(rig.received).toEqual([]);
});

it('a link that was used leaves who is signed in signed in', async () => {
  const link = await rig.invite();
  const page = await window.context.newPage();
  await page.goto(link);
  await page.getByText('Signed in as Ada').waitFor();
  await page.goto(link);
  await page.getByText('You are signed in as Ada. This login link was used or has expired.').waitFor();
  await expectNoSidewaysScroll(page);
  expect(await page.locator('.composer').count()).toBe(0);
  await page.getByRole('button', { name: 'Go on as Ada' }).click();
  await page.locator('.composer').waitFor();
  await live(page);
  const french = await browser.newContext({ locale: 'fr-FR' });
  const his = await french.newPage();
  await his.goto(await rig.invite(ben));
  await live(his);
  await his.goto(link);
  await his.getByText('Vous êtes connecté en tant que Ben. Ce lien de connexion a servi ou a expiré.').waitFor();
  await his.getByRole('button', { name: 'Se connecter avec un jeton' }).click();
  await his.getByLabel('Jeton').fill(await rig.token());
  await his.getByRole('button', { name: 'Se connecter', exact: true }).click();
  await his.getByText('Connecté en tant que Ada').waitFor();
  await french.close();
});

it('over plain HTTP from another machine a line and a form are sent, too', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto((await rig.invite()).replace('127.0.0.1', 'console.test'));
  expect(await page.evaluate('isSecureContext')).toBe(false);
  await live(page);
  await say(page, 'echo from afar');
  await page.locator('.card-title').getByText('from afar').waitFor();
  await say(page, 'deploy');
  const form = page.locator('.card-form');
  await form.getByLabel('Application').selectOption('shop');
  await form.getByLabel('Version').fill('v2');
  await form.getByRole('button', { name: 'Go on' }).click();
  await form.getByRole('button', { name: 'Sent' }).waitFor();
  await context.close();
});
