import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';
import { expect } from 'vitest';
import type { Rig } from '#test/support/console-rig.ts';

/** The two screens everything must work on. */
export const sizes = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  desktop: { viewport: { width: 1360, height: 860 } },
} as const satisfies Record<string, BrowserContextOptions>;

export type Size = keyof typeof sizes;
export const bothSizes = Object.keys(sizes) as readonly Size[];
/** For what hangs little on the size: the phone, and both with QUARTERDECK_EVERY_SIZE (CONTRIBUTING.md). */
export const usualSizes: readonly Size[] = process.env.QUARTERDECK_EVERY_SIZE ? bothSizes : ['phone'];

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A real Chromium: the one `CHROMIUM` names, or the system's. */
export const openBrowser = async (...more: readonly string[]): Promise<Browser> => {
  const found = [process.env.CHROMIUM ?? '', ...places].find((path) => path !== '' && existsSync(path));
  if (found === undefined) throw new Error('no Chromium: install the package “chromium”, or set CHROMIUM to its path');
  if (!existsSync('dist/console/index.html')) throw new Error('the page is not built: npm run build');
  return chromium.launch({ executablePath: found, args: ['--no-sandbox', '--disable-background-networking', ...more] });
};

/** A window that remembers everything that should not happen in it. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Requests to anywhere but the bot, policy violations and errors of the page. */
  readonly misdeeds: readonly string[];
  close(): Promise<void>;
}

const isExpected = (text: string): boolean => /Failed to load resource|net::ERR_/.test(text);

/** Opens a window of one size; `more` sets language, colours, motion. */
export const openWindow = async (
  browser: Browser,
  rig: Rig,
  size: Size = 'desktop',
  more: BrowserContextOptions = {},
): Promise<Window> => {
  const context = await browser.newContext({ locale: 'en-GB', ...sizes[size], ...more });
  // It ends what hangs; a busy machine may be five times slower than this one.
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const misdeeds: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${rig.url}/`)) misdeeds.push(`request: ${request.url()}`);
  });
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const bad = ['error', 'warning'].includes(message.type()) && !isExpected(message.text());
    if (bad) misdeeds.push(`${message.type()}: ${message.text()}`);
  });
  return {
    page,
    context,
    misdeeds,
    async close() {
      await context.close();
      expect(misdeeds).toEqual([]);
    },
  };
};

/** Signs somebody in by a fresh link, in this window. */
export const signIn = async (window: Window, rig: Rig, actor?: string): Promise<Page> => {
  await window.page.goto(await rig.invite(actor));
  await window.page.locator('.composer textarea').first().waitFor();
  await live(window.page);
  return window.page;
};

/** Waits until the page is connected. */
export const live = (page: Page): Promise<void> =>
  page.locator('.link-state.link-live').first().waitFor({ state: 'attached' });

/** Says a line as a person does: types it and presses Enter. */
export const say = async (page: Page, text: string): Promise<void> => {
  await page.locator('.page .composer textarea').fill(text);
  await page.locator('.page .composer textarea').press('Enter');
};

/** Taps a card's button as somebody does who has read it: what just came under the thumb is not taken. */
export const tap = async (button: Locator): Promise<void> => {
  const page = button.page();
  await button.waitFor();
  do {
    await page.waitForTimeout(550);
    await button.click();
  } while ((await page.getByText('It just changed: look again.').count()) > 0);
};

/** Waits until an expression is true in the page; the page's policy forbids the browser's own way of waiting for text. */
export const untilTrue = async (page: Page, expression: string): Promise<void> => {
  const late = Date.now() + 45_000;
  while ((await page.evaluate(`Boolean(${expression})`)) !== true) {
    if (Date.now() > late) throw new Error(`never true: ${expression}`);
    await page.waitForTimeout(50);
  }
};

/** Whether something is inside the list as far as it is on screen, from its first line to its last. */
export const isOnScreen = async (what: Locator): Promise<boolean> => {
  const [box, list] = await Promise.all([what.boundingBox(), what.page().locator('.list').first().boundingBox()]);
  return box !== null && list !== null && box.y >= list.y - 1 && box.y + box.height <= list.y + list.height + 1;
};

/** Nothing may be wider than the screen. */
export const expectNoSidewaysScroll = async (page: Page): Promise<void> => {
  const wide = await page.evaluate(`(() => {
    const roots = [document.scrollingElement, ...document.querySelectorAll('.list, .page-scroll, .thread, dialog[open]')];
    return roots.filter((root) => root.scrollWidth > root.clientWidth + 1).map((root) => root.className || root.tagName);
  })()`);
  expect(wide).toEqual([]);
};

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Runs axe over what is on screen; the context must be opened with `bypassCSP`. */
export const expectAccessible = async (page: Page, what: string): Promise<void> => {
  await page.addScriptTag({ content: await readFile(axePath, 'utf8') });
  const found = (await page.evaluate(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html + ' ' + node.failureSummary).join(' | ')))`)) as string[];
  expect(found, what).toEqual([]);
};
