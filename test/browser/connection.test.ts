import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import { secretHash } from '#core/secret-hash.ts';
import { openRig, type Rig } from '#test/support/console-rig.ts';
import { script } from './script.ts';
import {
  bothSizes,
  isOnScreen,
  live,
  openBrowser,
  openWindow,
  say,
  signIn,
  tap,
  untilTrue,
  type Window,
} from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(bothSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig({ script });
    window = await openWindow(browser, rig, size);
  });
  afterEach(async () => {
    await window.close();
    await rig.close();
  });

  it('a lost connection is said, what is typed meanwhile waits, and nothing is lost or doubled', async () => {
    const page = await signIn(window, rig);
    await say(page, 'echo before');
    await page.locator('.card-title').getByText('before').waitFor();
    await rig.stopServer();
    await page.getByText('Reconnecting… what you type is kept.').waitFor();
    await say(page, 'echo first while away');
    await say(page, 'echo second while away');
    await page.getByText('Waiting for the connection').first().waitFor();
    await say(page, 'echo taken back');
    await page.locator('.unsent').last().getByRole('button', { name: 'Discard' }).click();
    await page.locator('.unsent').getByText('taken back').waitFor({ state: 'detached' });
    await rig.bot.say({ tone: 'info', title: 'said while you were away' });
    expect(rig.received).toHaveLength(1);

    await rig.startServer();
    await page.locator('.card-title').getByText('said while you were away').waitFor({ timeout: 20_000 });
    await page.locator('.card-title').getByText('second while away').waitFor({ timeout: 20_000 });
    await live(page);
    await page.locator('.banner').waitFor({ state: 'detached' });
    expect(rig.received.map(({ text }) => text)).toEqual([
      'echo before',
      'echo first while away',
      'echo second while away',
    ]);
    expect(await page.locator('.unsent').count()).toBe(0);
    expect(await page.locator('.said').count()).toBe(3);
  });

  it('a tap that did not get through is said on its card, and a running card says as of when it is', async () => {
    const page = await signIn(window, rig);
    const going: Card = {
      tone: 'running',
      title: 'Deploy shop v2: running, 3 of 9 steps',
      actions: [{ id: 'stop', label: { en: 'Stop', fr: 'Arrêter' }, line: 'cancel 12' }],
    };
    await rig.bot.say(going, { key: 'order:12' });
    const card = page.locator('.card').last();
    await card.getByText('Running', { exact: true }).waitFor();
    await rig.stopServer();
    await card.getByText(/^as of \d\d:\d\d$/).waitFor();
    expect(await card.getByText('Running', { exact: true }).count()).toBe(0);
    expect(await card.evaluate((element) => element.getAnimations({ subtree: true }).length)).toBe(0);
    await tap(card.getByRole('button', { name: 'Stop' }));
    await card.getByRole('alert').getByText('“Stop” was not sent: tap again when connected.').waitFor();

    await rig.startServer();
    await live(page);
    await card.getByText('Running', { exact: true }).waitFor();
    expect(rig.received).toEqual([]);
    await tap(card.getByRole('button', { name: 'Stop' }));
    await card.getByRole('alert').waitFor({ state: 'detached' });
    await expect.poll(() => rig.received.map(({ text }) => text)).toEqual(['cancel 12']);
  });

  it('a tap whose answer is lost is not called unsent, and the word goes with its button', async () => {
    const page = await signIn(window, rig);
    const stop = { id: 'stop', label: 'Stop', line: 'cancel 12' };
    await rig.bot.say({ tone: 'running', title: 'Deploy', actions: [stop] }, { key: 'order:12' });
    const card = page.locator('.card').last();
    await page.route('**/console/api/taps', async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    });
    await tap(card.getByRole('button', { name: 'Stop' }));
    await card.getByRole('alert').getByText('No answer to “Stop”: look whether it happened, else tap again.').waitFor();
    // Tapped again, on a card that has gone on meanwhile, it is the same order.
    await rig.bot.say({ tone: 'running', title: 'Deploy: 3 of 9', actions: [stop] }, { key: 'order:12' });
    await card.getByText('3 of 9').waitFor();
    await page.unroute('**/console/api/taps');
    await tap(card.getByRole('button', { name: 'Stop' }));
    await card.getByRole('alert').waitFor({ state: 'detached' });
    await expect.poll(() => card.locator('[aria-busy=true]').count()).toBe(0);
    expect(rig.received.map(({ text }) => text)).toEqual(['cancel 12']);
    await page.route('**/console/api/taps', (route) => route.abort('connectionreset'));
    await tap(card.getByRole('button', { name: 'Stop' }));
    await card.getByRole('alert').waitFor();
    await rig.bot.say({ tone: 'warn', title: 'Deploy: stopped', actions: [] }, { key: 'order:12' });
    await card.getByText('Deploy: stopped').waitFor();
    expect(await card.getByRole('alert').count()).toBe(0);
  });

  it('a phone without a network does not say it is live, and is live again with one', async () => {
    const page = await signIn(window, rig);
    await window.context.setOffline(true);
    await page.getByText('Reconnecting… what you type is kept.').waitFor({ timeout: 4000 });
    expect(await page.locator('.link-state.link-live').count()).toBe(0);
    await say(page, 'echo from a tunnel');
    await window.context.setOffline(false);
    await page.locator('.card-title').getByText('from a tunnel').waitFor();
    await live(page);
    expect(rig.received).toHaveLength(1);
  });

  it('a message that gets no answer puts the connection in doubt', async () => {
    const page = await signIn(window, rig);
    await page.route('**/console/api/**', (route) => route.abort('timedout'));
    await say(page, 'echo into the void');
    await page.getByText('Reconnecting… what you type is kept.').waitFor({ timeout: 12_000 });
    await page.unroute('**/console/api/**');
    await page.locator('.card-title').getByText('into the void').waitFor();
    await live(page);
    expect(rig.received).toHaveLength(1);
  });

  it('an answer lost on the way does not make a message two', async () => {
    const page = await signIn(window, rig);
    let lost = 0;
    await page.route('**/console/api/messages', async (route) => {
      if (route.request().method() !== 'POST' || lost >= 2) return route.continue();
      lost += 1;
      await route.fetch();
      return route.abort('connectionreset');
    });
    await say(page, 'echo once only');
    await untilTrue(page, `!Object.keys(localStorage).some((name) => name.includes('unsent'))`);
    expect(lost).toBeGreaterThan(0); // once, when the stream shows it before the next try
    expect(await page.locator('.unsent').count()).toBe(0);
    expect(rig.received).toHaveLength(1);
    expect(await page.locator('.said').count()).toBe(1);
  });

  it('what waits survives closing the page, and asks before it is sent', async () => {
    const page = await signIn(window, rig);
    await rig.stopServer();
    await say(page, 'echo from before the reload');
    await page.getByText('Waiting for the connection').waitFor();
    await page.close();
    await rig.startServer();
    const again = await window.context.newPage();
    await again.goto(rig.url);
    await again.getByText('Perhaps not sent, and some time has passed.').waitFor();
    await live(again);
    expect(rig.received).toEqual([]);
    const elsewhere = again.getByRole('link', { name: '1 line was not sent: look' });
    expect(await elsewhere.count()).toBe(0);
    await again.evaluate(`location.hash = '#/runs'`);
    await elsewhere.click();
    await again.getByRole('button', { name: 'Send now' }).click();
    await again.locator('.card-title').getByText('from before the reload').waitFor();
    expect(rig.received).toHaveLength(1);
  });

  it('a message the bot will not take is kept in sight, to be changed or thrown away', async () => {
    const page = await signIn(window, rig);
    await page.route('**/console/api/messages', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 400, json: { code: 'x', say: 'The message is too long.', next: 'Send less.' } })
        : route.continue(),
    );
    await say(page, 'too long');
    await page.getByText('The message is too long. Send less.').waitFor();
    await page.locator('.page .composer textarea').fill('half typed');
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => page.locator('.page .composer textarea').inputValue()).toBe('too long\nhalf typed');
    await expect.poll(() => page.locator('.unsent').count()).toBe(0);
  });

  it('of a long line that was refused no more is shown than leaves the answer to the next one in sight', async () => {
    const page = await signIn(window, rig);
    await say(page, 'status of everything '.repeat(250));
    await page.getByText('Not sent').waitFor();
    expect(await isOnScreen(page.getByRole('button', { name: 'Discard' }))).toBe(true);
    await say(page, 'echo the answer');
    const answer = page.locator('.card-title').getByText('the answer');
    await answer.waitFor();
    await expect.poll(() => isOnScreen(answer)).toBe(true);
    expect(await page.getByRole('button', { name: 'To the newest' }).count()).toBe(0);
    const line = page.getByRole('group', { name: 'The line that was not sent' });
    await line.focus();
    await page.keyboard.press('End');
    await expect.poll(() => line.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
  });

  it('a session that ended leads back to the login, and neither what was sent nor what was being typed is lost', async () => {
    const page = await signIn(window, rig);
    const composer = page.locator('.page .composer textarea');
    const signInAgain = async (): Promise<void> => {
      await page.getByLabel('Token').fill(await rig.token());
      await page.getByRole('button', { name: 'Sign in' }).click();
      await composer.waitFor();
    };
    /** The session ends with the very next request of that kind, and not before. */
    const endWith = (requests: string): Promise<unknown> =>
      page.route(
        requests,
        async (route) => {
          for (const { value } of await window.context.cookies())
            await rig.store.credentials.removeSession(secretHash(value));
          await route.continue();
        },
        { times: 1 },
      );
    await composer.fill('echo sent');
    await endWith('**/console/api/messages');
    // By the keyboard: the key itself takes the composer away, and `composer.press` would wait for another.
    await page.keyboard.press('Enter');
    await signInAgain();
    await page.getByRole('button', { name: 'Send now' }).click();
    await page.locator('.card-title').getByText('sent', { exact: true }).waitFor();
    await endWith('**/console/api/complete*');
    await composer.fill('echo half typ');
    await signInAgain();
    expect(await composer.inputValue()).toBe('echo half typ');
    await composer.press('Enter');
    await page.locator('.card-title').getByText('half typ').waitFor();
    expect(await composer.inputValue()).toBe('');
    expect(rig.received.map(({ text }) => text)).toEqual(['echo sent', 'echo half typ']);
  });
});

it('a fifth window pauses the first, which says so and resumes by a tap', async () => {
  rig = await openRig({ script });
  window = await openWindow(browser, rig);
  const first = await signIn(window, rig);
  for (let n = 0; n < 4; n += 1) {
    const page = await window.context.newPage();
    await page.goto(rig.url);
    await live(page);
  }
  await first.getByText('This window is paused').waitFor();
  await rig.bot.say({ tone: 'info', title: 'said meanwhile' });
  await first.getByRole('button', { name: 'Resume' }).click();
  await first.locator('.card-title').getByText('said meanwhile').waitFor();
  await window.close();
  await rig.close();
});
