import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDataFolder, type RealBot, removeDataFolder, startRealBot } from '../support/real-bot.ts';
import { bothSizes, live, openBrowser, type Size, say, sizes, tap } from './window.ts';

// The whole bot behind the page: its demo fleet, its order path, its real effects.

let browser: Browser;
let bot: RealBot;
let data: string;
beforeAll(async () => {
  browser = await openBrowser();
  data = await newDataFolder();
  bot = await startRealBot(data);
});
afterAll(async () => {
  await browser.close();
  await bot.kill();
  await removeDataFolder(data);
});

/** A window of one person, logged in by the link the bot printed. */
async function windowOf(name: 'ada' | 'ben', size: Size): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-GB', ...sizes[size] });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  await page.goto(bot.links[name] ?? '');
  await live(page);
  return page;
}

const title = (page: Page, text: string | RegExp) => page.locator('.card-title').getByText(text).last();

/** What the shop on a host says it is. */
async function served(host: string): Promise<string> {
  const ports = JSON.parse(await readFile(join(data, 'harbour/ports.json'), 'utf8'));
  return (await fetch(`http://127.0.0.1:${ports[host].service}/`)).text();
}

describe('the real bot in a real browser', () => {
  it('on a phone: asks, plans, runs by a tap, and the page of the shop changes', async () => {
    const page = await windowOf('ada', 'phone');
    await say(page, 'help');
    await title(page, 'What I can do for you, Ada').waitFor();
    await say(page, 'Deploy shop v2.');
    await title(page, /Deploy shop v2: \d+ changes/).waitFor();
    expect(await served('web-1')).toContain('v1');
    await tap(page.getByRole('button', { name: 'Run it' }).last());
    await title(page, /Deploy shop v2: done/).waitFor();
    expect(await served('web-1')).toContain('v2');
    expect(await served('web-2')).toContain('v2');
    await page.context().close();
  });

  it('on both screens: what one asks the other approves', async () => {
    const [ada, ben] = await Promise.all([again('ada', 'phone'), again('ben', 'desktop')]);
    await say(ada, 'restart db');
    await title(ada, /Restart db/).waitFor();
    await tap(ben.getByRole('button', { name: 'Approve' }).last());
    await title(ada, /Restart db: done/).waitFor();
    await title(ben, /Restart db: done/).waitFor();
    await Promise.all([ada.context().close(), ben.context().close()]);
  });

  it.each(bothSizes)('on a %s: killed and started again, nothing typed meanwhile is lost or doubled', async (size) => {
    const page = await again('ada', size);
    const { port } = new URL(bot.url);
    await bot.kill();
    await page.getByText('Reconnecting… what you type is kept.').waitFor();
    await say(page, `echo typed on a ${size}`);
    bot = await startRealBot(data, { env: { QUARTERDECK_PORT: port } });
    await title(page, `typed on a ${size}`).waitFor();
    expect(await page.locator('.card-title').getByText(`typed on a ${size}`).count()).toBe(1);
    await page.context().close();
  });
});

/** Links work once: a new one for somebody who was here before. */
async function again(name: 'ada' | 'ben', size: Size): Promise<Page> {
  const reply = await bot.call('POST', '/api/v1/local/links', { actor: `console:local:${name}` });
  const { path } = reply.body as { path: string };
  const context = await browser.newContext({ locale: 'en-GB', ...sizes[size] });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  await page.goto(bot.url + path);
  await live(page);
  return page;
}
