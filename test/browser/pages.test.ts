import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ada, ben, knownSecret, openRig, type Rig } from '#test/support/console-rig.ts';
import { aRun, aStep, print } from './runs.ts';
import { completions, confirming, script } from './script.ts';
import { live, openBrowser, openWindow, signIn, untilTrue, usualSizes, type Window } from './window.ts';

let browser: Browser;
let rig: Rig;
let window: Window;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

describe.each(usualSizes)('on a %s', (size) => {
  beforeEach(async () => {
    rig = await openRig({ script, completions });
    window = await openWindow(browser, rig, size);
    page = await signIn(window, rig);
  });
  afterEach(async () => {
    await window.close();
    await rig.close();
  });

  const composer = () => page.locator('.page .composer textarea');

  it('the composer completes a line by keys, by tap, and leaves it alone on Escape', async () => {
    await composer().pressSequentially('re');
    const options = page.getByRole('option');
    await options.first().waitFor();
    expect(await options.count()).toBe(1);
    expect(await options.first().innerText()).toContain('What restart does');
    await composer().press('Tab');
    expect(await composer().inputValue()).toBe('restart ');
    await composer().fill('');
    await composer().pressSequentially('r');
    await options.nth(2).waitFor();
    await composer().press('ArrowDown');
    await composer().press('ArrowDown');
    expect(await options.nth(1).getAttribute('aria-selected')).toBe('true');
    expect(await composer().getAttribute('aria-activedescendant')).toBe(await options.nth(1).getAttribute('id'));
    await composer().press('Enter');
    expect(await composer().inputValue()).toBe('rollback ');
    await composer().fill('');
    await composer().pressSequentially('sta');
    await options.first().waitFor();
    await composer().press('Escape');
    expect(await options.count()).toBe(0);
    await composer().fill('');
    await composer().pressSequentially('me');
    await options.first().click();
    expect(await composer().inputValue()).toBe('metrics ');
    expect(rig.received).toHaveLength(0);
  });

  it('a choice of before is never taken for what is typed now, and what is asked no more is let go', async () => {
    const options = page.getByRole('option');
    await composer().pressSequentially('r');
    await options.nth(2).waitFor();
    await composer().press('ArrowDown');
    const left: string[] = [];
    page.on('requestfailed', (request) => left.push(new URL(request.url()).searchParams.get('line') ?? ''));
    await page.route('**/console/api/complete?*', () => undefined);
    const asked = page.waitForRequest((request) => new URL(request.url()).searchParams.get('line') === 'ru');
    await composer().press('u');
    await options.nth(1).waitFor({ state: 'detached' });
    expect(await options.first().innerText()).toContain('runs');
    expect(await options.first().getAttribute('aria-selected')).toBe('false');
    await asked;
    await composer().press('x');
    await options.first().waitFor({ state: 'detached' });
    await expect.poll(() => left).toEqual(['ru']);
    await composer().press('Enter');
    await expect.poll(() => rig.received.map(({ text }) => text)).toEqual(['rux']);
    await live(page);
  });

  it('what a keyboard composes is not sent by its own keys', async () => {
    await composer().fill('echo half');
    for (const key of ['{ isComposing: true }', '{ keyCode: 229 }']) {
      await page.evaluate(`document.querySelector('.page .composer textarea').dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true, ...${key} }),
      )`);
    }
    await page.waitForTimeout(200);
    expect(await composer().inputValue()).toBe('echo half');
    await composer().fill('');
  });

  it('a refused secret is in no memory of the browser, and what one person said is not for the next', async () => {
    await composer().fill('echo fine');
    await composer().press('Enter');
    await page.locator('.card-title').getByText('fine').waitFor();
    await composer().fill(`echo ${knownSecret}`);
    await composer().press('Enter');
    await page.getByText('There is a secret in this').waitFor();
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain(knownSecret);
    await page.reload();
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('echo fine');
    await composer().fill('');
    expect(await page.locator('.unsent').count()).toBe(0);
    await window.context.clearCookies();
    await page.goto(await rig.invite(ben));
    await composer().waitFor();
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('');
  });

  it('a refused secret that is edited stays in no memory of the browser, also while it is sent again', async () => {
    const written: string[] = [];
    await page.exposeFunction('written', (text: string) => void written.push(text));
    await page.evaluate(`(() => {
      const set = Storage.prototype.setItem;
      Storage.prototype.setItem = function (name, value) {
        void window.written(name + '=' + value);
        return set.call(this, name, value);
      };
    })()`);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await composer().fill(`echo ${knownSecret}`);
    await composer().press('Enter');
    await page.getByText('There is a secret in this').waitFor();
    written.length = 0;
    asked.length = 0;
    await page.getByRole('button', { name: 'Edit' }).click();
    await expect.poll(() => composer().inputValue()).toBe(`echo ${knownSecret}`);
    await composer().pressSequentially(' more');
    await composer().press('Enter');
    await page.getByText('There is a secret in this').waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await composer().pressSequentially('!');
    await page.waitForTimeout(400);
    expect(written.filter((text) => text.includes(knownSecret))).toEqual([]);
    expect(asked.filter((url) => url.includes(knownSecret))).toEqual([]);
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain(knownSecret);
    await composer().fill('');
    await composer().pressSequentially('echo fine');
    expect(await page.evaluate('JSON.stringify(localStorage)')).toContain('echo fine');
    await page.reload();
    expect(await composer().inputValue()).toBe('echo fine');
    await composer().fill('');
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('');
  });

  it('Escape closes the dialog over a thread, and not the thread', async () => {
    await rig.bot.say(confirming, { key: 'order:12' });
    await page.goto(`${rig.url}/#/c/ops/t/order%3A12`);
    const thread = page.getByRole('complementary');
    await thread.getByRole('button', { name: 'Show the whole plan' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await thread.count()).toBe(1);
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'detached' });
  });

  it('a card that only goes on says its tone to screen readers once', async () => {
    const key = await rig.bot.say({ tone: 'running', title: 'one' });
    const word = page.locator('.card .mark span').getByText('Running');
    const first = await word.elementHandle();
    await rig.bot.say({ tone: 'running', title: 'two' }, { key });
    await page.locator('.card-title').getByText('two').waitFor();
    expect(await first?.evaluate((element) => element.isConnected)).toBe(true);
  });

  it('the composer remembers what was sent, also after coming back', async () => {
    for (const line of ['echo one', 'echo two']) {
      await composer().fill(line);
      await composer().press('Enter');
      await page.locator('.card-title').getByText(line.slice(5)).waitFor();
    }
    await page.reload();
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('echo two');
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('echo one');
    await composer().press('ArrowUp');
    expect(await composer().inputValue()).toBe('echo one');
    await composer().press('ArrowDown');
    await composer().press('ArrowDown');
    expect(await composer().inputValue()).toBe('');
  });

  it('Shift and Enter make a new line; an empty line is not sent', async () => {
    await composer().press('Enter');
    await composer().pressSequentially('echo a');
    await composer().press('Shift+Enter');
    await composer().pressSequentially('b');
    expect(rig.received).toHaveLength(0);
    await composer().press('Enter');
    await page.locator('.said-text').getByText('echo a b').waitFor();
    // It stands there before it is sent.
    await expect.poll(() => rig.received[0]?.text, { timeout: 45_000 }).toBe('echo a\nb');
  });

  it('a run is followed live, host by host, to its end', async () => {
    const run = await aRun(rig);
    await rig.store.runs.putStep(aStep(run.id, 'web-1', '1.1', { state: 'ok', finishedAt: new Date().toISOString() }));
    await page.goto(`${rig.url}/#/runs`);
    await page.getByRole('link', { name: /deploy shop v2/ }).click();
    await page.getByRole('heading', { name: `Run ${run.id}` }).waitFor({ state: 'attached' });
    const log = page.getByRole('log', { name: 'Live log' });
    await log.waitFor();
    await live(page);
    await page.waitForTimeout(300);
    const step = aStep(run.id, 'web-2', '1.2');
    rig.runEvent({ kind: 'step', step });
    await page.getByRole('region', { name: 'web-2' }).getByText('running').waitFor();
    await print(rig, run.id, 'web-1 | hello from web-1\nweb-2 | hello from web-2\nok: [web-1]\n');
    await log.getByText('hello from web-2').waitFor();
    await page.getByRole('button', { name: 'web-1', exact: true }).click();
    expect(await log.getByText('hello from web-2').count()).toBe(0);
    expect(await log.innerText()).toMatch(/^hello from web-1\s+ok: \[web-1\]\s*$/);
    const reason = { code: 'step.failed', say: 'The health check answered 500.' } as const;
    rig.runEvent({ kind: 'step', step: { ...step, state: 'failed', finishedAt: step.startedAt, refusal: reason } });
    rig.runEvent({ kind: 'step', step });
    await page.getByText('The health check answered 500.').waitFor();
    await rig.store.runs.change(run.id, ['running'], { state: 'failed', finishedAt: new Date().toISOString() });
    rig.tell({ kind: 'run', id: run.id });
    await page.locator('.run-head').getByText('Failed').waitFor();
    const why = page.getByRole('list', { name: 'What went wrong' });
    expect(await why.innerText()).toMatch(/^\s*web-2, Task 1\.2 — The health check answered 500\.\s*$/);
    await untilTrue(page, `document.title === 'Failed: deploy shop v2 · Quarterdeck'`);
  });

  it('the counts of a run are the same in the list and on its page: each step once, and the list says it is all hosts', async () => {
    const run = await aRun(rig);
    const counts = { ok: 5, changed: 2, unreachable: 0, failed: 0, skipped: 1, rescued: 0, ignored: 0 };
    const finishedAt = new Date().toISOString();
    const recap = { 'web-1': counts, 'web-2': counts };
    await rig.store.runs.change(run.id, ['running'], { state: 'done', finishedAt, recap });
    await page.goto(`${rig.url}/#/runs`);
    const row = page.getByRole('link', { name: /deploy shop v2/ });
    const said = async (place: typeof row) => (await place.locator('.recap').innerText()).replace(/\s+/g, ' ');
    expect(await said(row)).toBe('in all, on 2 hosts: changed 4 ok 6 skipped 2');
    await row.click();
    expect(await said(page.getByRole('region', { name: 'web-1' }))).toBe('changed 2 ok 3 skipped 1');
  });

  it('an interrupted run says whose end is not known, and calls no host unreachable', async () => {
    const run = await aRun(rig);
    const at = new Date().toISOString();
    await rig.store.runs.putStep(aStep(run.id, 'web-1', '1.1', { state: 'unknown', finishedAt: at }));
    const counts = { ok: 2, changed: 1, unreachable: 0, failed: 0, skipped: 0, rescued: 0, ignored: 0, unknown: 1 };
    await rig.store.runs.change(run.id, ['running'], {
      state: 'interrupted',
      finishedAt: at,
      recap: { 'web-1': counts },
    });
    await page.goto(`${rig.url}/#/runs`);
    const row = page.getByRole('link', { name: /deploy shop v2/ });
    await row.getByText('end not known').waitFor();
    expect(await row.innerText()).not.toContain('unreachable');
    await row.click();
    const host = page.getByRole('region', { name: 'web-1' });
    await host.locator('.recap').getByText('end not known').waitFor();
    await page.getByRole('list', { name: 'What went wrong' }).getByText('web-1, Task 1.1 — end not known').waitFor();
    expect(await host.innerText()).not.toContain('unreachable');
  });

  it('how long a run takes is counted by the bot’s clock, and goes on', async () => {
    const run = await aRun(rig);
    await page.clock.install({ time: Date.now() + 3_600_000 });
    await page.goto('about:blank');
    await page.goto(`${rig.url}/#/runs/${run.id}`);
    const took = page.locator('.card-fields div', { hasText: 'Took' }).locator('dd');
    await took.waitFor();
    const first = await took.innerText();
    expect(first).not.toContain('h');
    await expect.poll(() => took.innerText()).not.toBe(first);
  });

  it('the list of runs leads on to earlier ones', async () => {
    for (let n = 1; n <= 70; n += 1) await aRun(rig, `deploy shop v${n}`);
    await page.goto(`${rig.url}/#/runs`);
    const rows = page.locator('.run-row');
    await rows.nth(59).waitFor();
    expect(await rows.count()).toBe(60);
    await page.getByRole('button', { name: 'Earlier runs' }).click();
    await rows.nth(69).waitFor();
    await page.getByRole('button', { name: 'Earlier runs' }).waitFor({ state: 'detached' });
  });

  it('a run that goes on with another is called as that was, in the list and on its page', async () => {
    const first = await aRun(rig);
    const { id } = await aRun(rig, `runs resume ${first.id}`, first.id);
    await page.goto(`${rig.url}/#/runs`);
    const newest = page.locator('.run-row').first();
    await expect.poll(() => newest.locator('.run-what').innerText()).toBe('deploy shop v2');
    expect(await newest.locator('.run-by').innerText()).toContain(`Goes on from run ${first.id}`);
    await newest.click();
    await page.getByRole('heading', { name: `Run ${id}` }).waitFor();
    expect(await page.locator('.run-head strong').innerText()).toBe('deploy shop v2');
    await page.getByRole('link', { name: `Goes on from run ${first.id}` }).waitFor();
  });

  it('the list of runs is live too', async () => {
    await page.goto(`${rig.url}/#/runs`);
    await page.getByText('No runs yet.').waitFor();
    const run = await aRun(rig, 'restart nginx web');
    rig.tell({ kind: 'run', id: run.id });
    await page.getByRole('link', { name: /restart nginx web/ }).waitFor();
  });

  it('the audit shows who did what, page after page', async () => {
    for (let n = 0; n < 55; n += 1) {
      await rig.store.audit.append({
        actor: ada,
        action: 'order.accepted',
        orderId: n,
        details: { text: `deploy ${n}` },
      });
    }
    await page.goto(`${rig.url}/#/audit`);
    const about = (line: string) => page.locator('.audit-what b').getByText(line, { exact: true });
    await about('deploy 54').waitFor();
    expect(await about('deploy 1').count()).toBe(0);
    // The answer comes late enough for a second tap.
    await page.route('**/console/api/audit?before=*', async (route) => {
      await page.waitForTimeout(500);
      await route.continue();
    });
    await page.getByRole('button', { name: 'Older entries' }).dblclick();
    await about('deploy 1').first().waitFor({ state: 'attached' });
    await page.waitForTimeout(700);
    expect(await about('deploy 1').count()).toBe(1);
  });

  it('the audit tells a question once, with how it ended', async () => {
    const entry = { actor: ada, orderId: 7 } as const;
    const text = 'status web';
    await rig.store.audit.append({ ...entry, action: 'order.accepted', details: { text, kind: 'question' } });
    await rig.store.audit.append({ ...entry, action: 'order.finished', details: { text, state: 'done' } });
    await page.goto(`${rig.url}/#/audit`);
    const rows = page.locator('.audit tbody tr', { hasText: text });
    await rows.first().waitFor();
    expect(await rows.count()).toBe(1);
    expect(await rows.first().innerText()).toMatch(/Asked[\s\S]*Done/);
  });

  it('the audit is not offered to who may not read it, and refused when asked for', async () => {
    const other = await openWindow(browser, rig, size);
    const bens = await signIn(other, rig, ben);
    expect(await bens.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    await bens.goto(`${rig.url}/#/audit`);
    await bens.getByRole('alert').getByText('You may not read the audit.').waitFor();
    await other.close();
  });

  it('a picture is enlarged by a tap and put away by Escape', async () => {
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const { id } = await rig.files.put(png, 'chart.png', 'image/png');
    await rig.bot.say({
      tone: 'info',
      title: 'cpu',
      image: { file: id, alt: 'cpu 24 % now', width: 1200, height: 600 },
    });
    const button = page.getByRole('button', { name: 'Enlarge: cpu 24 % now' });
    const [picture, mark] = [await button.locator('img').boundingBox(), await button.locator('.enlarge').boundingBox()];
    // The newest figures of a chart are in its corner.
    expect(mark?.y).toBeGreaterThanOrEqual((picture?.y ?? 0) + (picture?.height ?? 0));
    await button.click();
    const sheet = page.getByRole('dialog', { name: 'cpu 24 % now' });
    await sheet.waitFor();
    expect((await sheet.locator('img').boundingBox())?.width).toBeGreaterThan((picture?.width ?? 0) * 1.2);
    expect((await sheet.getByRole('button', { name: 'Close' }).boundingBox())?.width).toBeLessThan(60);
    const end = await sheet.locator('img').boundingBox();
    expect((end?.x ?? 0) + (end?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  it('a picture that was drawn for dark screens too is shown as the screen is, also enlarged', async () => {
    const pictures = await Promise.all(
      ['light', 'dark'].map((name) => rig.files.put(Buffer.from(name), `${name}.png`, 'image/png')),
    );
    const [light = '', dark = ''] = pictures.map(({ id }) => id);
    await rig.bot.say({
      tone: 'info',
      title: 'cpu',
      image: { file: light, dark, alt: 'cpu', width: 1200, height: 750 },
    });
    const shown = () =>
      page.locator('img').evaluateAll((all) => all.map((one) => String(Reflect.get(one, 'currentSrc'))));
    await page.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('button', { name: 'Enlarge: cpu' }).click();
    await expect.poll(shown).toEqual([expect.stringContaining(light), expect.stringContaining(light)]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(shown).toEqual([expect.stringContaining(dark), expect.stringContaining(dark)]);
    await page.emulateMedia({ colorScheme: null });
  });

  it('long code is folded and unfolded', async () => {
    const text = Array.from({ length: 60 }, (_, n) => `line ${n}`).join('\n');
    await rig.bot.say({ tone: 'info', title: 'text', code: { language: 'text', text } });
    await page.getByText('line 13').waitFor();
    expect(await page.getByText('line 59').count()).toBe(0);
    await page.getByRole('button', { name: 'Show all 60 lines' }).click();
    await page.getByText('line 59').waitFor();
    await page.getByRole('button', { name: 'Show less' }).click();
    expect(await page.getByText('line 59').count()).toBe(0);
  });

  it('how a command is written wraps, and scrolls nowhere', async () => {
    const text = 'logs [WHERE] [WORDS…] [--level LEVEL] [--since SINCE] [--until UNTIL] [--count COUNT] [--follow]';
    await rig.bot.say({ tone: 'info', title: 'logs: lines', code: { language: 'text', text } });
    const code = page.locator('.code-text');
    await code.waitFor();
    const [wide, seen] = await code.evaluate((element) => [element.scrollWidth, element.clientWidth]);
    expect(wide).toBeLessThanOrEqual(seen ?? 0);
  });

  it('of a long log the newest lines are shown', async () => {
    const text = Array.from({ length: 60 }, (_, n) => `line ${n}`).join('\n');
    await rig.bot.say({ tone: 'info', title: 'log', code: { language: 'log', text } });
    await page.getByText('line 59').waitFor();
    expect(await page.getByText('line 13').count()).toBe(0);
    await page.getByRole('button', { name: 'Show all 60 lines' }).click();
    await page.getByText('line 13').waitFor();
  });

  it('stays where one reads when something new comes, and says how much', async () => {
    for (let n = 0; n < 30; n += 1) await rig.bot.say({ tone: 'info', title: `message ${n}` });
    await page.getByText('message 29').waitFor();
    await page.locator('.list').evaluate((list) => {
      list.scrollTop = 300;
    });
    await page.getByRole('button', { name: 'To the newest' }).waitFor();
    await rig.bot.say({ tone: 'info', title: 'news' });
    await page.getByRole('button', { name: '1 new message' }).waitFor();
    expect(await page.locator('.list').evaluate((list) => list.scrollTop)).toBe(300);
    await page.getByRole('button', { name: '1 new message' }).click();
    expect(await page.getByText('news').evaluate((element) => element.getBoundingClientRect().bottom < 860)).toBe(true);
  });

  it('shows a long answer from its first line, and what one says oneself at once', async () => {
    for (let n = 0; n < 10; n += 1) await rig.bot.say({ tone: 'info', title: `message ${n}` });
    await page.getByText('message 9').waitFor();
    const key = await rig.bot.say({ tone: 'running', title: 'asking…' });
    await page.getByText('asking…').waitFor();
    const text = Array.from({ length: 80 }, (_, n) => `- line ${n}`).join('\n');
    await rig.bot.say({ tone: 'good', title: 'A long answer', text }, { key });
    const title = page.locator('.card-title').getByText('A long answer');
    await title.waitFor();
    await page.waitForTimeout(200);
    const top = await title.evaluate((element) => element.getBoundingClientRect().top);
    expect(top).toBeGreaterThan(40);
    expect(top).toBeLessThan(200);
    await composer().fill('echo mine');
    await composer().press('Enter');
    const own = page.locator('.said-text').getByText('echo mine');
    await own.waitFor();
    expect(await own.evaluate((element) => element.getBoundingClientRect().bottom < 860)).toBe(true);
  });

  it('puts no “new” line over what one sees coming', async () => {
    await rig.bot.say({ tone: 'info', title: 'first' });
    await page.getByText('first').waitFor();
    await page.reload();
    await page.getByText('first').waitFor();
    await composer().fill('echo mine');
    await composer().press('Enter');
    await page.locator('.card-title').getByText('mine').waitFor();
    expect(await page.locator('.new-line').count()).toBe(0);
  });

  it('shows where one left off, after being away', async () => {
    await rig.bot.say({ tone: 'info', title: 'old' });
    await page.getByText('old').waitFor();
    await page.waitForTimeout(200);
    await page.goto('about:blank');
    await rig.bot.say({ tone: 'info', title: 'while away' });
    await page.goto(rig.url);
    await page.getByText('while away').waitFor();
    expect(await page.locator('.new-line + .card .card-title').innerText()).toBe('while away');
  });
});
