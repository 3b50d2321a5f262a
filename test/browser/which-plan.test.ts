import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Action } from '#core/card.ts';
import { ada, openRig, type Rig } from '#test/support/console-rig.ts';
import { openBrowser, openWindow, signIn, usualSizes, type Window } from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const button = (id: string, line: string): Action => ({ id, label: line, line });
const whole = 'Show the whole plan';

describe.each(usualSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig({ plans: { 1: 'TASK [one]', 2: 'TASK [two]' } });
    for (const n of [1, 2, 3])
      await rig.store.orders.add({
        ...{ eventId: `e${n}`, chat: 'console', kind: 'message', channel: 'ops', actor: ada, text: `order ${n}` },
        ...{ confirmed: false, state: n === 3 ? 'refused' : 'confirming', createdAt: new Date().toISOString() },
      });
    window = await openWindow(browser, rig, size);
    page = await signIn(window, rig);
  });
  afterEach(async () => {
    await window.close();
    await rig.close();
  });

  /** The answer, which is of an order of its own, and without any plan. */
  const answers = async (title: string, ...actions: readonly Action[]): Promise<void> => {
    await rig.bot.say({ tone: 'warn', title, actions }, { key: 'order:3' });
    await page.locator('.card-title').getByText(title).waitFor();
  };

  it('of several orders that a bare yes may mean, no plan is offered', async () => {
    await answers('Which one?', button('line-0', 'confirm 1'), button('line-1', 'confirm 2'));
    expect(await page.getByRole('button', { name: whole }).count()).toBe(0);
  });

  it('the one order that a bare yes may mean shows its own plan, and not that of the yes', async () => {
    await answers('This one?', button('line-0', 'confirm 2'));
    await page.getByRole('button', { name: whole }).click();
    await page.getByRole('dialog', { name: 'The whole plan of order 2' }).getByText('TASK [two]').waitFor();
  });

  it('no plan is offered for an example, or for a run that can be stopped', async () => {
    await answers('confirm: run it', button('try-0', 'confirm 2'));
    expect(await page.getByRole('button', { name: whole }).count()).toBe(0);
    await answers('#7 goes on', button('cancel', 'runs cancel 7'));
    expect(await page.getByRole('button', { name: whole }).count()).toBe(0);
  });
});
