import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditWords } from '#chat/console/page/words/audit.ts';
import { auditActions } from '#core/audit.ts';
import type { JsonObject } from '#core/json.ts';
import { ada, openRig, type Rig } from '#test/support/console-rig.ts';
import { expectAccessible, expectNoSidewaysScroll, openBrowser, openWindow, signIn, usualSizes } from './window.ts';

let browser: Browser;
let rig: Rig;
const hosts = Array.from({ length: 30 }, (_, n) => `web-${n}.example.org`);
const details: JsonObject = {
  text: 'deploy shop v2',
  args: { application: 'shop', version: 'v2', force: true },
  planHash: 'ab'.repeat(32),
  host: 'web-1',
  actor: 'console:local:ben',
  id: 7,
  run: 8,
  state: 'interrupted',
  hosts,
};

beforeAll(async () => {
  browser = await openBrowser();
  rig = await openRig();
  for (const action of auditActions) await rig.store.audit.append({ actor: ada, action, orderId: 3, details });
  const long = { text: `deploy ${'x'.repeat(400)}`, hosts: ['h'.repeat(80)] };
  await rig.store.audit.append({ actor: ada, via: 'root', action: 'order.accepted', orderId: 4, details: long });
});
afterAll(async () => {
  await browser.close();
  await rig.close();
});

const openAudit = async (page: Page): Promise<void> => {
  await page.goto(`${rig.url}/#/audit`);
  await page.locator('.audit tbody tr').last().waitFor();
  for (const summary of await page.locator('.audit-more summary').all()) await summary.click();
};

/** Words of a cell that are cut in the middle: their two ends stand on different lines. */
const brokenWords = (page: Page) =>
  page.evaluate(`(() => {
    const broken = [];
    for (const cell of document.querySelectorAll('.audit th, .audit td')) {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode;
        for (const { index, 0: word } of text.data.matchAll(/[^\\s-]{1,20}(?![^\\s-])/g)) {
          if (index > 0 && /[^\\s-]/.test(text.data[index - 1])) continue;
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
        }
      }
    }
    return broken;
  })()`);

describe.each(usualSizes)('the audit on a %s', (size) => {
  it.each([
    ['en-GB', 'light'],
    ['fr-FR', 'dark'],
  ] as const)('in %s and %s is plain words that fit', async (locale, colorScheme) => {
    const window = await openWindow(browser, rig, size, { locale, colorScheme, bypassCSP: true });
    const page = await signIn(window, rig);
    await openAudit(page);
    const words = auditWords(locale === 'fr-FR' ? 'fr' : 'en');
    const shown = await page.locator('.audit').innerText();
    for (const action of auditActions) {
      expect(shown).toContain(words.did[action]);
      if (action.includes('.')) expect(shown).not.toContain(action);
    }
    expect(shown).toContain(words.outcomes.interrupted);
    expect(shown).not.toMatch(/[{}"[\]]/);
    expect(shown).toContain('+26');
    expect(await brokenWords(page)).toEqual([]);
    await expectNoSidewaysScroll(page);
    await expectAccessible(page, 'the audit');
    await window.close();
  });

  it('folds the details, and leads to the run', async () => {
    const window = await openWindow(browser, rig, size);
    const page = await signIn(window, rig);
    await page.goto(`${rig.url}/#/audit`);
    const row = page.locator('.audit tr', { has: page.getByRole('link', { name: 'run 8' }) }).first();
    expect(await row.getByText('Arguments').isVisible()).toBe(false);
    await row.locator('summary').click();
    await row.getByText('application shop, version v2, force yes').waitFor();
    await row.getByRole('link', { name: 'run 8' }).click();
    await page.waitForURL(/#\/runs\/8$/);
    await window.close();
  });
});
