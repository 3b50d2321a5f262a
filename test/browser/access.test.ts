import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, openRig, type Rig } from '#test/support/console-rig.ts';
import { aRun, aStep } from './runs.ts';
import { asking, completions, confirming, everything, script } from './script.ts';
import {
  bothSizes,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  openWindow,
  say,
  signIn,
  type Window,
} from './window.ts';

let browser: Browser;
let rig: Rig;
beforeAll(async () => {
  browser = await openBrowser();
  rig = await openRig({ script, completions });
  await rig.bot.say(confirming, { key: 'order:12' });
  await rig.bot.say(asking, { key: 'order:13' });
  await rig.bot.say(everything, { key: 'run:8' });
  await rig.bot.say({ tone: 'running', title: 'Deploying' }, { thread: 'run:8' });
  await rig.bot.say({ tone: 'warn', title: 'Only for Ada' }, { to: ada });
  await rig.store.audit.append({ actor: ada, action: 'order.accepted', details: { text: 'x'.repeat(200) } });
  const run = await aRun(rig, `deploy shop ${'v2-very-long-'.repeat(20)}`);
  const differences = [{ subject: '/x', aspect: 'content', before: 'a', after: 'b', diff: `-${'a'.repeat(200)}\n+b` }];
  const finishedAt = new Date().toISOString();
  await rig.store.runs.putStep(aStep(run.id, 'web-1', '1.1', { state: 'changed', finishedAt, differences }));
  await rig.store.runs.putStep(
    aStep(run.id, 'web-2', '1.1', { state: 'failed', finishedAt, result: { stdout: 'no' } }),
  );
});
afterAll(async () => {
  await browser.close();
  await rig.close();
});

/** Every place of the page, by name. */
const places: readonly (readonly [string, (page: Page) => Promise<unknown>])[] = [
  ['the channel', (page) => page.goto(`${rig.url}/#/c/ops`)],
  [
    'the choices',
    async (page) => {
      await page.locator('.page .composer textarea').pressSequentially('r');
      await page.locator('.completions').waitFor();
    },
  ],
  [
    'a form with faults',
    async (page) => {
      await page.locator('.page .composer textarea').fill('');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('Application: fill this in.').waitFor();
    },
  ],
  [
    'a thread',
    async (page) => {
      await page.goto(`${rig.url}/#/c/ops/t/run%3A8`);
      await page.getByRole('complementary').getByText('Deploying').waitFor();
    },
  ],
  ['an empty channel', (page) => page.goto(`${rig.url}/#/c/shop`)],
  ['the runs', (page) => page.goto(`${rig.url}/#/runs`)],
  [
    'a run',
    async (page) => {
      await page.goto(`${rig.url}/#/runs/1`);
      await page.getByRole('region', { name: 'web-2' }).waitFor();
    },
  ],
  ['the audit', (page) => page.goto(`${rig.url}/#/audit`)],
];

describe.each(bothSizes)('on a %s', (size) => {
  it.each(['light', 'dark'] as const)('nothing breaks WCAG 2.2 AA in %s', async (colorScheme) => {
    const window = await openWindow(browser, rig, size, { colorScheme, bypassCSP: true, reducedMotion: 'reduce' });
    await window.page.goto(rig.url);
    await window.page.getByLabel('Token').waitFor();
    await expectAccessible(window.page, 'the login');
    const page = await signIn(window, rig);
    await page.getByText('Only for Ada').waitFor();
    for (const [name, go] of places) {
      await go(page);
      await page.waitForTimeout(400);
      await expectAccessible(page, name);
    }
    if (size === 'phone') {
      await page.getByRole('button', { name: 'Menu' }).click();
      await expectAccessible(page, 'the menu');
    }
    await window.close();
  });

  it('the page obeys its own policy everywhere, and asks nobody but the bot', async () => {
    const window = await openWindow(browser, rig, size);
    await window.context.addInitScript(`
      window.violations = [];
      document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.violatedDirective));
    `);
    const page = await signIn(window, rig);
    for (const [, go] of places) {
      await go(page);
      await page.waitForTimeout(150);
      expect(await page.evaluate('window.violations')).toEqual([]);
    }
    const blocked = await page.evaluate(`fetch('https://example.com/').then(() => 'sent', () => 'blocked')`);
    expect(blocked).toBe('blocked');
    await page.evaluate(`(() => {
      const script = document.createElement('script');
      try { script.textContent = 'window.injected = true'; document.head.append(script); } catch {}
      const button = document.createElement('button');
      try { button.setAttribute('onclick', 'window.injected = true'); button.click(); } catch {}
    })()`);
    expect(await page.evaluate('window.injected ?? false')).toBe(false);
    await window.context.close();
    const own = window.misdeeds.filter(
      (misdeed) => !/Content.Security.Policy|TrustedScript|Trusted Type/i.test(misdeed),
    );
    expect(own).toEqual([]);
  });
});

it.each([390, 320])('nothing is wider than a screen of %i pixels', async (width) => {
  const window = await openWindow(browser, rig, 'phone', { viewport: { width, height: 700 } });
  const page = await signIn(window, rig);
  for (const [, go] of places) {
    await go(page);
    await page.waitForTimeout(200);
    await expectNoSidewaysScroll(page);
  }
  await window.close();
});

it('what one touches on a phone is at least 44 pixels high', async () => {
  const window = await openWindow(browser, rig, 'phone');
  const page = await signIn(window, rig);
  for (const [name, go] of places) {
    await go(page);
    await page.waitForTimeout(200);
    const small =
      await page.evaluate(`[...document.querySelectorAll('button, a[href], input, select, textarea, summary, [role=option]')]
      .filter((element) => element.checkVisibility() && !element.closest('dd, .skip') && !element.matches('.skip'))
      .filter((element) => element.getBoundingClientRect().height < 43.5)
      .map((element) => element.outerHTML.slice(0, 120))`);
    expect(small, name).toEqual([]);
  }
  await window.close();
});

describe('by keyboard alone', () => {
  const focused = (page: Page): Promise<string> =>
    page.evaluate(
      `(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '').trim()`,
    );

  /** Presses Tab until the focus is on something so named. */
  const tabTo = async (page: Page, name: string, key = 'Tab'): Promise<void> => {
    for (let n = 0; n < 80; n += 1) {
      if ((await focused(page)) === name) return;
      await page.keyboard.press(key);
    }
    throw new Error(`“${name}” is not reached by ${key}`);
  };

  it('one signs in, says a line, taps, answers in a thread and comes back', async () => {
    const own = await openRig({ script, completions });
    const window: Window = await openWindow(browser, own);
    const { page } = window;
    await page.goto(own.url);
    await page.getByLabel('Token').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type(await own.token());
    await page.keyboard.press('Enter');
    await page.getByPlaceholder('Message #ops').waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.type('deploy shop v2');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Run it' }).waitFor();
    await tabTo(page, 'Run it', 'Shift+Tab');
    expect(await page.evaluate(`getComputedStyle(document.activeElement).outlineStyle`)).toBe('solid');
    await page.waitForTimeout(600);
    await page.keyboard.press('Enter');
    await page.locator('.card-title').getByText('Deployed shop v2').waitFor();
    // The button went: the focus is on its card, by its new name.
    await expect.poll(() => focused(page)).toBe('Deployed shop v2');
    await expect
      .poll(() => page.locator('.shell > [aria-live="polite"]').textContent())
      .toMatch(/^OK: Deployed shop v2\./);
    await tabTo(page, 'Reply', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: 'Thread' }).waitFor();
    await page.waitForTimeout(100);
    await page.keyboard.type('echo by keys');
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').locator('.card-title').getByText('by keys').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary').waitFor({ state: 'detached' });
    expect(await focused(page)).toContain('2 replies');
    expect(own.received.map(({ text }) => text)).toEqual(['deploy shop v2', 'confirm 12', 'echo by keys']);
    await window.close();
    await own.close();
  });

  it('the first stop is the way past the menus, and every place is reached', async () => {
    const window = await openWindow(browser, rig);
    const page = await signIn(window, rig);
    await page.goto(`${rig.url}/#/runs`);
    await page.getByRole('link', { name: /deploy shop/ }).waitFor();
    await tabTo(page, 'Skip to the content', 'Shift+Tab');
    expect(await page.evaluate(`document.querySelector('button, a, input') === document.activeElement`)).toBe(true);
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await tabTo(page, 'Audit', 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('table').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('page-title');
    await window.close();
  });
});

it('speaks French to who speaks French, and changes its language at once', async () => {
  const window = await openWindow(browser, rig, 'desktop', { locale: 'fr-FR', timezoneId: 'Europe/Paris' });
  const page = await signIn(window, rig);
  await page.getByPlaceholder('Message dans #ops').waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('fr');
  await page.getByRole('button', { name: 'Exécuter' }).waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Run it' }).waitFor();
  await page.reload();
  await page.getByPlaceholder('Message #ops').waitFor();
  expect(await page.evaluate('document.documentElement.lang')).toBe('en');
  await window.close();
});

it('shows times in the person’s zone, on 24 hours', async () => {
  const own = await openRig({ script });
  await own.store.console.put({
    key: 'said:x',
    channel: 'ops',
    author: ada,
    text: 'late',
    revision: 1,
    at: '2026-07-01T21:05:00.000Z',
  });
  const window = await openWindow(browser, own, 'desktop', { locale: 'en-US', timezoneId: 'Europe/Paris' });
  const page = await signIn(window, own);
  expect(await page.locator('.said .time').innerText()).toBe('23:05');
  await window.close();
  await own.close();
});

it('what moves stops soon after the last news of it, and costs no layout: an idle page does nothing', async () => {
  const own = await openRig({ script });
  const key = await own.bot.say({ tone: 'running', title: 'Deploying' });
  const window = await openWindow(browser, own);
  const page = await signIn(window, own);
  await page.getByText('Deploying').waitFor();
  const moving = `document.getAnimations().map((one) => ({
    properties: [...new Set(one.effect.getKeyframes().flatMap((frame) => Object.keys(frame)))]
      .filter((name) => !['offset', 'computedOffset', 'easing', 'composite'].includes(name)),
    seconds: one.effect.getComputedTiming().endTime / 1000,
    sofar: one.currentTime / 1000,
  }))`;
  type Moving = readonly { properties: readonly string[]; seconds: number; sofar: number }[];
  const [one, ...others] = (await page.evaluate(moving)) as Moving;
  expect(others).toEqual([]);
  expect(one?.properties).toEqual(['transform']);
  expect(one?.seconds).toBeLessThanOrEqual(30);

  // All of it is over by then; an edit of the card begins it anew.
  await page.evaluate(`document.getAnimations().forEach((one) => one.finish())`);
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  await own.bot.say({ tone: 'running', title: 'Deploying: 2 of 9 steps' }, { key });
  await page.getByText('Deploying: 2 of 9 steps').waitFor();
  expect(await page.evaluate('document.getAnimations().length')).toBe(1);
  await own.bot.say({ tone: 'good', title: 'Deployed' }, { key });
  await page.getByText('Deployed').waitFor();
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  await window.close();
  await own.close();
});

it('moves nothing for who asked for no motion', async () => {
  const own = await openRig({ script });
  await own.bot.say({ tone: 'running', title: 'Deploying' });
  const moving = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number> => {
    const window = await openWindow(browser, own, 'desktop', { reducedMotion });
    const page = await signIn(window, own);
    await page.getByText('Deploying').waitFor();
    const count = await page.evaluate('document.getAnimations().length');
    await window.close();
    return Number(count);
  };
  expect(await moving('reduce')).toBe(0);
  expect(await moving('no-preference')).toBe(1);
  await own.close();
});

it('two fingers enlarge the page, which does not shrink for it', async () => {
  const window = await openWindow(browser, rig, 'phone');
  const page = await signIn(window, rig);
  const height = (): Promise<unknown> =>
    page.evaluate('document.documentElement.style.getPropertyValue("--view-height")');
  const before = await height();
  const devtools = await window.context.newCDPSession(page);
  await devtools.send('Emulation.setPageScaleFactor', { pageScaleFactor: 2 });
  await expect.poll(() => page.evaluate('visualViewport.scale')).toBeGreaterThan(1.5);
  await page.waitForTimeout(200);
  expect(await height()).toBe(before);
  await window.close();
});

it('leaves the composer in sight when a phone’s keyboard takes half the screen', async () => {
  const window = await openWindow(browser, rig, 'phone');
  const page = await signIn(window, rig);
  await page.setViewportSize({ width: 390, height: 430 });
  await say(page, 'echo small');
  await page.locator('.card-title').getByText('small', { exact: true }).waitFor();
  const box = await page.locator('.page .composer').boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(430);
  expect(await page.locator('.bottom-bar').isVisible()).toBe(false);
  await window.close();
});
