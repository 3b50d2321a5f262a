import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import type { Run, Step } from '#core/run.ts';
import { ben, openRig, type Rig } from '#test/support/console-rig.ts';
import { aRun, aStep } from './runs.ts';
import { openBrowser, openWindow, signIn, tap, usualSizes, type Window } from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
let page: Page;
let run: Run;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const button = (id: string, label: string, line: string) => ({ id, label, line });

describe.each(usualSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig({
      script: async ({ text }, bot) => {
        if (text.startsWith('runs resume')) await bot.say({ tone: 'running', title: 'Deploy, resumed' });
      },
    });
    run = await aRun(rig);
    window = await openWindow(browser, rig, size);
    page = await signIn(window, rig);
  });
  afterEach(async () => {
    await window.close();
    await rig.close();
  });

  const key = () => `order:${run.orderId}`;
  const shows = (card: Card) => rig.bot.say(card, { key: key() });
  const stop = () => button('stop', 'Stop', `cancel ${run.orderId}`);
  const open = () => page.goto(`${rig.url}/#/runs/${run.id}`);
  const heard = () => rig.received.map(({ text, about }) => [text, about]);

  it('a run leads to the message of its order, and not only to the channel', async () => {
    await shows({ tone: 'running', title: 'Deploy shop v2: going on', actions: [stop()] });
    for (let n = 0; n < 12; n += 1) await rig.bot.say({ tone: 'info', title: `card ${n}` });
    await open();
    await page.getByRole('link', { name: `${run.orderId} · #ops` }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.locator('.card-title').getByText('Deploy shop v2: going on').waitFor();
    await thread.getByRole('button', { name: 'Stop' }).waitFor();
  });

  it('the card of a run leads to its page, and the addresses on it to where they say', async () => {
    const address = `http://127.0.0.1:${rig.port}/shop`;
    await shows({
      tone: 'good',
      title: `Deploy of ${address}`,
      text: `What a host said: ${address}`,
      fields: [
        { label: 'Page', value: `${address} (web-1), ${address}/2 (web-2)` },
        { label: 'Took', value: '8 s' },
      ],
      code: { text: address, language: 'log' },
      footer: `run ${run.id}, took 8 s`,
      run: run.id,
    });
    const links = page.locator('.card a[href^="http"]');
    await links.first().waitFor();
    expect(await links.allInnerTexts()).toEqual([address, `${address}/2`]);
    for (const link of await links.all()) {
      expect(await link.getAttribute('href')).toBe(await link.innerText());
      expect(await link.getAttribute('target')).toBe('_blank');
      expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
      // It is not broken in the middle where a line of its own has the room.
      expect(await link.evaluate((element) => element.getBoundingClientRect().height)).toBeLessThan(50);
    }
    await page.getByRole('link', { name: `run ${run.id}, took 8 s` }).click();
    await page.getByRole('heading', { name: `Run ${run.id}` }).waitFor();
  });

  it('a run is stopped on its own page by the button of its message: the same order, once', async () => {
    await shows({
      tone: 'running',
      title: 'Deploy',
      actions: [stop(), button('show', 'Show run', `runs show ${run.id}`)],
    });
    await open();
    const main = page.getByRole('main');
    await main.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    expect(await main.getByRole('button', { name: 'Show run' }).count()).toBe(0);
    await tap(main.getByRole('button', { name: 'Stop', exact: true }));
    await expect.poll(heard).toEqual([[`cancel ${run.orderId}`, key()]]);
    await shows({
      tone: 'running',
      title: 'Deploy',
      actions: [button('stop-now', 'Stop now', `cancel ${run.orderId} --now`)],
    });
    await main.getByRole('button', { name: 'Stop now' }).waitFor();
    expect(new URL(page.url()).hash).toBe(`#/runs/${run.id}`);
    await shows({ tone: 'warn', title: 'Deploy: stopped' });
    await main.getByRole('button', { name: 'Stop now' }).waitFor({ state: 'detached' });
    expect(heard()).toHaveLength(1);
  });

  it('an interrupted run is gone on with from its page, where the answer is then shown', async () => {
    await rig.store.runs.change(run.id, ['running'], { state: 'interrupted', finishedAt: new Date().toISOString() });
    const resume = button('resume', 'Resume', `runs resume ${run.id}`);
    await shows({ tone: 'warn', title: 'Deploy: interrupted', actions: [resume] });
    await open();
    await tap(page.getByRole('main').getByRole('button', { name: 'Resume' }));
    await page.locator('.card-title').getByText('Deploy, resumed').waitFor();
    expect(new URL(page.url()).hash).toBe('#/c/ops');
    expect(heard()).toEqual([[`runs resume ${run.id}`, key()]]);
  });

  it('a run says who approved its plan, and nothing where nobody had to', async () => {
    await open();
    await page.locator('.run-body').waitFor();
    expect(await page.getByText('Approved by').count()).toBe(0);
    const approval = { orderId: run.orderId, planHash: run.planHash, at: new Date().toISOString() };
    await rig.store.approvals.add({ ...approval, actor: ben, verdict: 'approved' });
    await page.reload();
    const approved = page.locator('.card-fields div', { hasText: 'Approved by' }).locator('dd');
    await approved.getByText('Ben', { exact: true }).waitFor();
  });

  it('a failed step says why once, line by line, in the reader’s language, and below it what the host said', async () => {
    const say = { en: 'The port 80 is taken.', fr: 'Le port 80 est pris.' };
    const failed = { state: 'failed', finishedAt: new Date().toISOString() } as const;
    const step = (id: string, more: Partial<Step>) =>
      rig.store.runs.putStep(aStep(run.id, 'web-1', id, { ...failed, ...more }));
    const told = (of: string | typeof say) => ({ code: 'step.failed', say: of }) as const;
    await step('1.1', {
      refusal: told('v3 is not healthy:\nno prices: exit 1'),
      result: { msg: 'v3 is not healthy:\nno prices', stderr: 'exit 1' },
    });
    await step('1.2', { refusal: told(say), result: { msg: say.en } });
    await step('1.3', { refusal: told('It failed.'), result: { msg: 'something else' } });
    await open();
    const shown = async (at: number) =>
      (await page.locator('.step').nth(at).locator('details').innerText()).split('\n');
    await page.locator('.step').nth(2).waitFor();
    const rest = async (at: number) =>
      (await shown(at))
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .slice(1);
    expect((await rest(0)).join('|')).toMatch(/^(?:.*\|)?v3 is not healthy:\|no prices: exit 1\|exit 1$/);
    expect((await rest(1)).filter((line) => line === say.en)).toHaveLength(1);
    expect((await rest(2)).join('|')).toContain('It failed.|something else');
  });

  it('a run whose order was said elsewhere has no way to a message, and no buttons', async () => {
    const at = new Date().toISOString();
    const order = await rig.store.orders.add({
      ...{ eventId: 'cli', chat: 'cli', kind: 'message', channel: 'cli', actor: run.actor, text: 'restart nginx' },
      ...{ confirmed: false, state: 'running', createdAt: at },
    });
    const { id: _id, ...rest } = run;
    run = await rig.store.runs.add({ ...rest, orderId: order.id });
    await open();
    await page.locator('.card-fields').getByText(String(order.id), { exact: true }).waitFor();
    expect(await page.locator('.run-body .card-actions').count()).toBe(0);
    expect(await page.getByRole('link', { name: '#cli' }).count()).toBe(0);
  });
});
