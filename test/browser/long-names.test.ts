import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ada, openRig, type Rig } from '#test/support/console-rig.ts';
import { aRun, aStep, print } from './runs.ts';
import { expectNoSidewaysScroll, openBrowser, openWindow, signIn } from './window.ts';

// A name of a hundred letters without a break, wherever a name can stand: the phone is not scrolled sideways.

const name = `web-${'x'.repeat(120)}`;
const other = `db_${'y'.repeat(120)}`;
const people = 'n'.repeat(110);
let browser: Browser;
let rig: Rig;
beforeAll(async () => {
  browser = await openBrowser();
  rig = await openRig();
  await rig.store.people.put({ id: ada, kind: 'person', name: people, roles: [] });
  const button = { id: 'a', label: `Restart ${name}`, line: `restart ${name}` };
  await rig.bot.say({
    tone: 'bad',
    by: people,
    title: name,
    text: `It stopped on ${name}.\n- \`${name}\`\n- **${name}**`,
    fields: [{ label: name, value: name }],
    table: { columns: ['Host', name], rows: [[name, '1']] },
    code: { title: name, language: 'log', text: `${name} | said` },
    form: {
      id: 'f',
      line: 'x',
      submit: name,
      fields: [
        { name: 'h', label: name, kind: 'choice', required: true, hint: name, choices: [{ value: name, label: name }] },
      ],
    },
    actions: [button],
    footer: name,
  });
  await rig.bot.say({ tone: 'bad', title: `Failed on ${name}`, brief: { run: 1 } });
  await rig.store.console.put({
    key: 'said:x',
    channel: 'ops',
    author: ada,
    text: `restart ${name}`,
    revision: 1,
    at: new Date().toISOString(),
  });
  await rig.store.console.put({
    key: 'tap:x',
    channel: 'ops',
    author: ada,
    text: `restart ${name}`,
    revision: 1,
    at: new Date().toISOString(),
  });
  const run = await aRun(rig, `restart ${name}`);
  const finishedAt = new Date().toISOString();
  const counts = { ok: 1, changed: 1, unreachable: 0, failed: 1, skipped: 1, rescued: 1, ignored: 1 };
  for (const host of [name, other]) {
    await rig.store.runs.putStep(
      aStep(run.id, host, '1.1', { state: 'failed', on: name, task: name, finishedAt, result: { stdout: name } }),
    );
  }
  await print(rig, run.id, `${name} | said ${name}\nok: [${name}]\nTASK [${name}] ${'*'.repeat(60)}\n`);
  await rig.store.runs.change(run.id, ['running'], {
    state: 'failed',
    finishedAt,
    recap: { [name]: counts, [other]: counts },
  });
  await rig.store.audit.append({
    actor: ada,
    action: 'run.started',
    details: { run: run.id, hosts: [name, other], playbook: name, about: name },
  });
  await rig.store.audit.append({ actor: ada, action: 'order.accepted', details: { text: name, [name]: name } });
  await rig.store.audit.append({ actor: ada, action: 'host.trusted', details: { host: name, address: name } });
});
afterAll(async () => {
  await browser.close();
  await rig.close();
});

/** What is wider than the screen, if something is; what scrolls by itself is not. */
const wide = `[...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && one.closest('.code, .table-box, .card-table, .completions, .sr') === null)
  .map((one) => one.tagName + '.' + one.className).slice(0, 5)`;

it.each([
  ['the channel', '#/c/ops', '.card'],
  ['a thread', '#/c/ops/t/bot%3A1', '.thread .card'],
  ['the runs', '#/runs', '.run-row'],
  ['a run', '#/runs/1', '.host'],
  ['the audit', '#/audit', '.audit-what'],
] as const)('%s wraps a long name', async (place, address, there) => {
  for (const size of ['phone', 'desktop'] as const) {
    const window = await openWindow(browser, rig, size);
    const page = await signIn(window, rig);
    await page.goto(`${rig.url}/${address}`);
    await page.locator(there).first().waitFor();
    for (const fold of await page.locator('summary').all()) if (await fold.isVisible()) await fold.click();
    await page.waitForTimeout(300);
    expect(await page.evaluate(wide), `${place} on a ${size}`).toEqual([]);
    await expectNoSidewaysScroll(page);
    await window.close();
  }
});
