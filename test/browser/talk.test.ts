import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ada, ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { asking, completions, confirming, script } from './script.ts';
import {
  expectAccessible,
  expectNoSidewaysScroll,
  isOnScreen,
  live,
  openBrowser,
  openWindow,
  say,
  signIn,
  tap,
  usualSizes,
  type Window,
} from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Whether a card's title is in sight. */
const isInSight = (page: Page, title: string): Promise<boolean> =>
  isOnScreen(page.locator('.card-title').getByText(title, { exact: true }).last());

const addOrder = (n: number) =>
  rig.store.orders.add({
    eventId: `e${n}`,
    chat: 'console',
    kind: 'message',
    channel: 'ops',
    actor: ada,
    text: 'deploy shop v2',
    confirmed: false,
    state: 'confirming',
    createdAt: new Date().toISOString(),
  });

/** Does something, and taps a card's button as soon as the card says this. */
const tapAsSoonAs = async (page: Page, text: string, work: () => Promise<unknown>): Promise<void> => {
  await page.evaluate(`void (window.tapped = new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      const card = [...document.querySelectorAll('.card')].find((one) => one.textContent.includes('${text}'));
      if (card === undefined) return;
      watch.disconnect();
      setTimeout(() => resolve(card.querySelector('.card-actions button').click()), 0);
    });
    watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  }))`);
  await work();
  await page.evaluate('window.tapped');
};

describe.each(usualSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig({ script, completions });
    window = await openWindow(browser, rig, size);
  });
  afterEach(async () => {
    await window.close();
    await rig.close();
  });

  it('the answer to a tap on an old card comes into sight, and one’s own tap is no new message', async () => {
    const echo = { id: 'again', label: 'Again', line: 'echo the answer' };
    await rig.bot.say({ tone: 'good', title: 'An old list', actions: [echo] });
    await rig.bot.say(confirming, { key: 'order:12' });
    for (let n = 0; n < 12; n += 1) await rig.bot.say({ tone: 'info', title: `card ${n}`, text: 'x\n\ny\n\nz' });
    const page = await signIn(window, rig);
    await page.getByText('card 11').waitFor();

    await page.getByRole('button', { name: 'Run it' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    await tap(page.getByRole('button', { name: 'Run it' }));
    await page.locator('.card-title').getByText('Deployed shop v2').waitFor();
    await page.locator('.done-line').getByText('confirm 12').waitFor({ state: 'attached' });
    // It is answered on its own card: nothing moves, and nothing is new.
    await page.waitForTimeout(300);
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    expect(await isInSight(page, 'Deployed shop v2')).toBe(true);

    await page.getByRole('button', { name: 'Again' }).scrollIntoViewIfNeeded();
    await tap(page.getByRole('button', { name: 'Again' }));
    await page.locator('.card-title').getByText('the answer').waitFor();
    await expect.poll(() => isInSight(page, 'the answer')).toBe(true);
    expect(await page.locator('.jump').count()).toBe(0);

    await page.getByRole('button', { name: 'Again' }).scrollIntoViewIfNeeded();
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    await rig.bot.say({ tone: 'warn', title: 'Only for Ada' }, { to: ada });
    await expect.poll(() => isInSight(page, 'Only for Ada')).toBe(true);
  });

  it('one line about a run far above is no second card, and leads to the run', async () => {
    const page = await signIn(window, rig);
    await rig.bot.say({ tone: 'good', title: 'Order 11, Restart db: done, 1 change', brief: { run: 7 } });
    const link = page.getByRole('link', { name: 'Order 11, Restart db: done, 1 change' });
    await link.waitFor();
    expect(await page.locator('.card').count()).toBe(0);
    expect((await page.locator('.brief').boundingBox())?.height).toBeLessThan(60);
    await link.click();
    expect(new URL(page.url()).hash).toBe('#/runs/7');
  });

  it('one signs in by the link, which leaves the address and works once', async () => {
    const link = await rig.invite();
    await window.page.goto(link);
    await window.page.getByPlaceholder('Message #ops').waitFor();
    expect(window.page.url()).toBe(`${rig.url}/#/c/ops`);
    await window.page.reload();
    await window.page.getByPlaceholder('Message #ops').waitFor();
    const other = await openWindow(browser, rig, size);
    await other.page.goto(link);
    await other.page.getByRole('alert').getByText('was used or has expired').waitFor();
    expect(other.page.url()).toBe(`${rig.url}/`);
    await other.close();
  });

  it('one signs in by a token, is told when it is wrong, and signs out', async () => {
    const { page } = window;
    await page.goto(rig.url);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This token is not known.').waitFor();
    await page.getByLabel('Token').fill(await rig.token());
    await page.getByLabel('Token').press('Enter');
    await page.getByPlaceholder('Message #ops').waitFor();
    if (size === 'phone') await page.getByRole('button', { name: 'Menu' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Quarterdeck' }).waitFor();
  });

  it('the whole plan of a waiting order is read before it is confirmed', async () => {
    await rig.close();
    const lines = Array.from({ length: 300 }, (_, n) => `+line ${n} ${'wide '.repeat(60)}`);
    const text = ['TASK [copy the release] ****', ...lines, 'changed: [web-2]', 'the last line'].join('\n');
    rig = await openRig({ script, completions, plans: { 12: text } });
    for (let n = 1; n <= 12; n += 1) await addOrder(n);
    await window.close();
    window = await openWindow(browser, rig, size, { bypassCSP: true });
    const page = await signIn(window, rig);
    await say(page, 'deploy shop v2');
    await page.getByRole('button', { name: 'Show the whole plan' }).click();
    const sheet = page.getByRole('dialog', { name: 'The whole plan of order 12' });
    await sheet.getByText('the last line').scrollIntoViewIfNeeded();
    expect(await sheet.locator('.line').count()).toBe(lines.length + 3);
    await expectNoSidewaysScroll(page);
    const wide = `[...document.querySelectorAll('.plan-text *')].some((part) => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0)`;
    expect(await page.evaluate(wide)).toBe(false);
    await expectAccessible(page, 'the whole plan');
    await sheet.getByRole('button', { name: 'Close' }).click();
    await tap(page.getByRole('button', { name: 'Run it' }));
    await page.getByRole('heading', { name: 'Deployed shop v2' }).waitFor();
    expect(await page.getByRole('button', { name: 'Show the whole plan' }).count()).toBe(0);
    expect(window.misdeeds).toEqual([]);
  });

  it('the yes stands above what it is about, on the screen without scrolling, with the clock of its end', async () => {
    const { page } = window;
    await signIn(window, rig);
    const diff = Array.from({ length: 80 }, (_, n) => `+line ${n}`).join('\n');
    const until = '2026-11-24T14:20:00.000Z';
    const asks = { ...confirming, text: '**Changes**\n- One\n- Two\n- Three\n- Four\n- and 16 more' };
    const footer = 'Order 12. Expires in 15 min';
    await rig.bot.say({ ...asks, code: { language: 'diff', text: diff }, footer, until }, { key: 'order:12' });
    const card = page.locator('.card').last();
    const run = card.getByRole('button', { name: 'Run it' });
    await run.waitFor();
    const [yes, code] = [await run.boundingBox(), await card.locator('.card-code').boundingBox()];
    expect((yes?.y ?? 0) + (yes?.height ?? 0)).toBeLessThan(code?.y ?? 0);
    expect(await card.locator('.line').count()).toBe(4);
    expect(await card.getByRole('button', { name: 'Show the whole plan' }).count()).toBe(1);
    const screen = page.viewportSize()?.height ?? 0;
    expect(yes?.y).toBeGreaterThan(0);
    expect((yes?.y ?? 0) + (yes?.height ?? 0)).toBeLessThan(screen);
    const here = await page.evaluate(
      `new Date('${until}').toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })`,
    );
    await card.getByText(`Order 12. Expires in 15 min (${here})`).waitFor();
  });

  it.each(['diff', 'log'] as const)('every character of a %s is in sight, none under the button', async (language) => {
    const { page } = window;
    await signIn(window, rig);
    const text = `  /srv/${'deep/'.repeat(30)}current target: v1 -> v2\n  shop state: started -> restarted`;
    await rig.bot.say({ ...confirming, code: { language, text } }, { key: 'order:12' });
    const box = page.locator('.card').last().locator('.code-box');
    await box.waitFor();
    const [place, button] = [await box.boundingBox(), await box.locator('.copy').boundingBox()];
    const letters = (await page.evaluate(`(() => {
      const code = [...document.querySelectorAll('.code-box code')].at(-1);
      const range = document.createRange();
      range.selectNodeContents(code);
      const rects = [];
      const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (node.data.trim() === '') continue;
        range.selectNodeContents(node);
        rects.push(...[...range.getClientRects()].map(({ right, top }) => ({ right, top })));
      }
      return rects;
    })()`)) as readonly { right: number; top: number }[];
    expect(letters.length).toBeGreaterThan(2);
    const [end, under] = [(place?.x ?? 0) + (place?.width ?? 0), (button?.y ?? 0) + (button?.height ?? 0)];
    expect(letters.filter(({ right }) => right > end)).toEqual([]);
    expect(letters.filter(({ right, top }) => top < under - 8 && right > (button?.x ?? 0) + 4)).toEqual([]);
  });

  it('a line is said, its card confirmed by a tap, and the card lives on in its place', async () => {
    const page = await signIn(window, rig);
    await say(page, 'deploy shop v2');
    const card = page.locator('.card');
    await card.getByText('Deploy shop v2: 2 changes on 2 hosts').waitFor();
    expect(await card.locator('.mark').innerText()).toBe('Info');
    expect(await card.locator('.diff-added').innerText()).toContain('+version: v2');
    await tap(card.getByRole('button', { name: 'Run it' }));
    await card.getByText('Deployed shop v2').waitFor();
    expect(await card.locator('.mark').innerText()).toBe('OK');
    expect(await card.getByRole('button', { name: 'Run it' }).count()).toBe(0);
    await page.locator('.done-line').getByText('confirm 12').waitFor();
    expect(rig.received.map(({ text }) => text)).toEqual(['deploy shop v2', 'confirm 12']);
  });

  it('a trembling thumb taps once', async () => {
    const page = await signIn(window, rig);
    await rig.bot.say({ tone: 'info', title: 'Sure?', actions: [{ id: 'a', label: 'Status', line: 'status web-1' }] });
    const button = page.getByRole('button', { name: 'Status' });
    await button.waitFor();
    await page.waitForTimeout(600);
    await button.evaluate((element: { click(): void }) => {
      for (let n = 0; n < 4; n += 1) element.click();
    });
    await page.locator('.done-line').getByText('status web-1').waitFor();
    await expect.poll(() => rig.received.length, { timeout: 45_000 }).toBeGreaterThan(0);
    await page.waitForTimeout(300);
    expect(rig.received).toHaveLength(1);
  });

  it('what just came under the thumb is not tapped, and a moment later it is', async () => {
    const page = await signIn(window, rig);
    const showing = (id: string, line: string, more = {}) =>
      rig.bot.say(
        { tone: 'running', title: 'Deploy', actions: [{ id, label: id, line }], ...more },
        { key: 'order:12' },
      );
    await showing('Stop', 'cancel 12');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.waitForTimeout(600);
    await tapAsSoonAs(page, 'Stop now', () => showing('Stop now', 'cancel 12 now'));
    const button = page.getByRole('button', { name: 'Stop now' });
    await page.getByRole('alert').getByText('It just changed: look again.').waitFor();
    // The same button elsewhere is as new.
    await page.waitForTimeout(600);
    const text = 'one\n\ntwo\n\nthree';
    await tapAsSoonAs(page, 'three', () => showing('Stop now', 'cancel 12 now', { text }));
    await page.waitForTimeout(300);
    expect(rig.received).toEqual([]);
    await page.waitForTimeout(600);
    await button.press('Enter');
    await expect.poll(() => rig.received.map(({ text }) => text)).toEqual(['cancel 12 now']);
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('a button that stands where it stood is tapped while its card tells how far it is', async () => {
    const page = await signIn(window, rig);
    const actions = [{ id: 'stop', label: 'Stop', line: 'cancel 12' }];
    const tell = (n: number) =>
      rig.bot.say({ tone: 'running', title: `${n} of 90 steps`, actions }, { key: 'order:12' });
    await tell(10);
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await page.waitForTimeout(600);
    await tell(11);
    await page.locator('.card-title').getByText('11 of 90').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => rig.received.map(({ text }) => text)).toEqual(['cancel 12']);
  });

  it('a form says what is missing, and is sent as a line', async () => {
    const page = await signIn(window, rig);
    await say(page, 'deploy');
    const form = page.locator('.card-form');
    await form.getByRole('button', { name: 'Go on' }).click();
    await form.getByText('Application: fill this in.').waitFor();
    expect(await form.getByLabel('Application').evaluate((field) => field.matches(':focus'))).toBe(true);
    await form.getByLabel('Application').selectOption('shop');
    await form.getByLabel('Version').fill('v2');
    await form.getByRole('button', { name: 'Go on' }).click();
    await page.locator('.card-title').getByText('Understood: deploy --app "shop" --version "v2"').waitFor();
    expect(rig.received.map(({ kind }) => kind)).toEqual(['message', 'form']);
  });

  it('a form whose answer was lost is the same when sent again, is not sent without a connection, and not twice', async () => {
    const page = await signIn(window, rig);
    await rig.bot.say(asking, { key: 'order:13' });
    const form = page.locator('.card-form');
    await form.getByLabel('Application').selectOption('shop');
    await form.getByLabel('Version').fill('v2');
    const ids: unknown[] = [];
    await page.route('**/console/api/forms', async (route) => {
      ids.push(route.request().postDataJSON().id);
      if (ids.length > 1) return route.continue();
      await route.fetch();
      return route.abort('connectionreset');
    });
    await form.getByRole('button', { name: 'Go on' }).click();
    await form.getByRole('alert').getByText('No answer to “Go on”').waitFor();
    await live(page);
    await form.getByRole('button', { name: 'Go on' }).click();
    await form.getByRole('button', { name: 'Sent' }).waitFor();
    expect([new Set(ids).size, ids.length, rig.received.length]).toEqual([1, 2, 1]);
    await page.waitForTimeout(1600);
    await form.getByLabel('Version').press('Enter');
    await page.waitForTimeout(300);
    expect(ids).toHaveLength(2);

    await rig.stopServer();
    await page.getByText('Reconnecting… what you type is kept.').waitFor();
    await form.getByLabel('Version').fill('v3');
    await form.getByRole('button', { name: 'Go on' }).click();
    await form.getByRole('alert').getByText('“Go on” was not sent: tap again when connected.').waitFor();
    expect(ids).toHaveLength(2);
    await rig.startServer();
  });

  it('a link is not lost to a server that has no time, does not answer, or whose answer is lost', async () => {
    const { page } = window;
    const link = await rig.invite();
    let tries = 0;
    await page.route('**/console/api/login', async (route) => {
      tries += 1;
      if (tries === 1) return route.fulfill({ status: 429, json: { code: 'x', say: 'Too many at once.' } });
      if (tries === 2) return route.abort('connectionrefused');
      if (tries > 3) return route.continue();
      const answer = await route.fetch();
      expect(answer.status()).toBe(200);
      return route.abort('connectionreset');
    });
    await page.goto(link);
    await page.getByRole('alert').getByText('Too many at once.').waitFor();
    for (const time of [2, 3]) {
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').getByText('The bot did not answer.').waitFor();
      await expect.poll(() => tries).toBe(time);
      await page.getByRole('button', { name: 'Sign in' }).isEnabled();
    }
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByPlaceholder('Message #ops').waitFor();
    expect(page.url()).toBe(`${rig.url}/#/c/ops`);
  });

  it('who is signed in is not asked to sign in because the bot has no answer yet', async () => {
    const page = await signIn(window, rig);
    let asked = 0;
    await page.route('**/console/api/session', (route) => {
      asked += 1;
      return asked <= 2 ? route.fulfill({ status: 503, json: { code: 'x', say: 'Starting.' } }) : route.continue();
    });
    await page.reload();
    await page.getByText('Starting.').waitFor();
    expect(await page.getByLabel('Token').count()).toBe(0);
    await page.getByPlaceholder('Message #ops').waitFor();
    expect(asked).toBe(3);
  });

  it('a thread opens, takes a reply, and closes', async () => {
    const page = await signIn(window, rig);
    await rig.bot.say({ tone: 'bad', title: 'web-1 is down' }, { key: 'alert:1' });
    await page.getByRole('link', { name: 'Reply' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByText('No replies yet.').waitFor();
    await thread.getByPlaceholder('Reply in the thread').fill('echo looking');
    await thread.getByPlaceholder('Reply in the thread').press('Enter');
    await thread.locator('.card-title').getByText('looking').waitFor();
    expect(rig.received).toMatchObject([{ thread: 'alert:1' }]);
    await thread.getByRole('button', { name: size === 'phone' ? 'Back' : 'Close' }).click();
    await page.getByRole('link', { name: '2 replies' }).waitFor();
    expect(await page.locator('.page .said').count()).toBe(0);
  });

  it('what is said to one person is not shown to another, and what is said to all is', async () => {
    const page = await signIn(window, rig);
    const other = await openWindow(browser, rig, size);
    const bens = await signIn(other, rig, ben);
    await say(page, 'secret');
    await page.getByText('Only you see this').waitFor();
    await say(page, 'echo hello all');
    await bens.locator('.card-title').getByText('hello all').waitFor();
    expect(await bens.getByText('Between us').count()).toBe(0);
    await bens.reload();
    await bens.locator('.card-title').getByText('hello all').waitFor();
    expect(await bens.getByText('Between us').count()).toBe(0);
    await other.close();
  });

  it('a hostile line is letters and nothing else', async () => {
    const page = await signIn(window, rig);
    await say(page, 'echo <img src=x onerror=alert(1)> **b** {{7*7}}');
    await page.locator('.card-title').getByText('<img src=x onerror=alert(1)> **b** {{7*7}}').waitFor();
    expect(await page.locator('.list img').count()).toBe(0);
  });

  it('channels keep their own messages, and count what is unread', async () => {
    const page = await signIn(window, rig);
    await rig.bot.say({ tone: 'info', title: 'in the shop' }, { channel: 'shop' });
    await page.waitForTimeout(300);
    expect(await page.getByText('in the shop').count()).toBe(0);
    expect(await page.title()).toBe('(1) #ops · Quarterdeck');
    // On a phone the list is out of sight: its sign is on the way to it.
    if (size === 'phone') await page.getByRole('button', { name: 'Menu, 1 unread' }).click();
    await page.getByRole('link', { name: /shop.*1 unread/ }).click();
    await page.locator('.card-title').getByText('in the shop').waitFor();
    await expect.poll(() => page.title()).toBe('#shop · Quarterdeck');
    if (size === 'phone') await page.getByRole('button', { name: 'Menu', exact: true }).waitFor();
    await page.goBack();
    await page.getByPlaceholder('Message #ops').waitFor();
  });

  it('reads earlier messages without losing the place', async () => {
    for (let n = 1; n <= 60; n += 1) await rig.bot.say({ tone: 'info', title: `message ${n}` });
    const page = await signIn(window, rig);
    await page.getByText('message 60', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Earlier messages' }).click();
    await page.getByText('message 1', { exact: true }).waitFor({ state: 'attached' });
    const visible = await page.getByText('message 21', { exact: true }).evaluate((element) => {
      const box = element.getBoundingClientRect();
      return box.bottom > 0 && box.top < 900;
    });
    expect(visible).toBe(true);
    expect(await page.locator('.card').count()).toBe(60);
  });
});
