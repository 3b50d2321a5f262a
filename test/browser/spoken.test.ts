import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { script } from './script.ts';
import { live, openBrowser, openWindow, say, signIn, type Window } from './window.ts';

// What a screen reader says by itself: each text that is put into a live region of messages.

let browser: Browser;
let rig: Rig;
let window: Window;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  rig = await openRig({ script });
  for (let n = 1; n <= 60; n += 1) await rig.bot.say({ tone: 'info', title: `old ${n}` });
  window = await openWindow(browser, rig);
  // A list that speaks by itself would say all that is put into it.
  await window.context.addInitScript(`window.spoken = [];
    new MutationObserver((changes) => {
      for (const { target, addedNodes } of changes) {
        const region = (target.nodeType === 1 ? target : target.parentElement)?.closest('[aria-live="polite"], .list:not([aria-live="off"])');
        if (region == null) continue;
        const text = (region.matches('.list') ? [...addedNodes].map((node) => node.textContent).join(' ') : region.textContent).trim();
        if (text !== '') spoken.push(text);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });`);
  page = await signIn(window, rig);
  await page.getByText('old 60', { exact: true }).waitFor();
});
afterEach(async () => {
  await window.close();
  await rig.close();
});

const spoken = () => page.evaluate('window.spoken');
const rest = () => page.waitForTimeout(700);

it('nothing is spoken while old messages are read', async () => {
  await rest();
  await page.getByRole('button', { name: 'Earlier messages' }).click();
  await page.getByText('old 5', { exact: true }).waitFor({ state: 'attached' });
  await rig.stopServer();
  await rig.startServer();
  await live(page);
  await rest();
  expect(await spoken()).toEqual([]);
});

it('the answer to a line is spoken once, and the same answer again', async () => {
  await say(page, 'echo hello');
  await expect.poll(spoken).toEqual(['OK: hello']);
  await rest();
  await say(page, 'echo hello');
  await expect.poll(spoken).toEqual(['OK: hello', 'OK: hello']);
});

it('of a card that goes on the beginning and the end are spoken, with what it says', async () => {
  const key = await rig.bot.say({ tone: 'running', title: 'Deploy: 1 of 9' });
  await expect.poll(spoken).toEqual(['Running: Deploy: 1 of 9']);
  await rig.bot.say({ tone: 'running', title: 'Deploy: 2 of 9' }, { key });
  await page.getByText('2 of 9').waitFor();
  await rest();
  await rig.bot.say({ tone: 'good', title: 'Deployed', text: 'On **web-1**:\n- `v2`' }, { key });
  await expect.poll(spoken).toEqual(['Running: Deploy: 1 of 9', 'OK: Deployed. On web-1: v2']);
  await rig.bot.say({ tone: 'info', title: 'elsewhere' }, { channel: 'shop' });
  await rig.bot.say({ tone: 'bad', title: 'an old one changed' }, { key: 'bot:1' });
  await rest();
  expect(await spoken()).toHaveLength(2);
});

it('a reply in the thread that is open is spoken, and many at once are counted', async () => {
  await page.goto(`${rig.url}/#/c/ops/t/${encodeURIComponent('bot:60')}`);
  await page.getByRole('complementary').getByText('No replies yet.').waitFor();
  await rig.bot.say({ tone: 'good', title: 'a reply' }, { thread: 'bot:60' });
  await expect.poll(spoken).toEqual(['OK: a reply']);
  await rest();
  await rig.bot.say({ tone: 'good', title: 'for Ben' }, { thread: 'bot:60', to: ben });
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => rig.bot.say({ tone: 'info', title: `many ${n}` })));
  await expect.poll(spoken).toEqual(['OK: a reply', '6 new messages']);
});
