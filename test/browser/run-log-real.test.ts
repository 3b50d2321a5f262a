import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ada, type RealBot, realBots, until } from '#test/support/real-bot.ts';
import { hasSshd, type Sshd, startSshd } from '#test/support/sshd.ts';
import { bothSizes, live, openBrowser, type Size, sizes } from './window.ts';

// The real bot, a real host that prints, and its page opened too late, and through the death of the bot.

const bots = realBots();
let browser: Browser;
let sshd: Sshd;
let bot: RealBot;
let own: string;

const saying = (last: number, then: string) => `- hosts: all
  gather_facts: false
  tasks:
    - name: Chat
      shell: 'for n in $(seq 1 ${last}); do echo "said $n"; ${then}sleep 0.1; done'
`;

/** It stops at 60 until the test lets it go on. */
const chatty = () => {
  const waiting = `while [ -d "${own}" ] && [ ! -e "${own}/go-on" ]; do sleep 0.1; done; `;
  return saying(100, `[ $n -ne 60 ] || ${waiting}`);
};
const goOn = () => writeFile(join(own, 'go-on'), '');

const start = (port = '0') =>
  bots.start(own, { env: { QUARTERDECK_PORT: port } }, ['--config', join(own, 'quarterdeck.yaml')]);

async function pageOf(size: Size): Promise<Page> {
  const { path } = (await bot.call('POST', '/api/v1/local/links', { actor: ada })).body as { path: string };
  const context = await browser.newContext({ locale: 'en-GB', ...sizes[size] });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  await page.goto(bot.url + path);
  await live(page);
  return page;
}

/** Begins a run that prints, and waits until it has printed some. */
async function aRun(playbook: string): Promise<number> {
  await rm(join(own, 'go-on'), { force: true });
  const posted = await bot.post({ text: `run ${playbook} on web-1`, as: ada, yes: true });
  let id = 0;
  await until('it prints', async () => {
    id = (await bot.order(`e:${posted.body.event}`))?.runId ?? 0;
    return id > 0 && (await logOf(id)).includes('said 20\n');
  });
  return id;
}

/** The log as the API has it, read in small pieces. */
async function logOf(id: number): Promise<string> {
  const { token } = JSON.parse(await readFile(join(bot.data, 'bot.json'), 'utf8')) as { token: string };
  let text = '';
  for (let from = 0; ; ) {
    const reply = await fetch(`${bot.url}/api/v1/runs/${id}/log?from=${from}&limit=1024`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (reply.status !== 200) return text;
    text += await reply.text();
    const next = Number(reply.headers.get('x-quarterdeck-next'));
    if (next === from) return text;
    from = next;
  }
}

const said = (text: string) => [...text.matchAll(/said (\d+)/g)].map(([, n]) => Number(n));
const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1);
const shown = async (page: Page) => said(await page.getByRole('log').innerText());

describe.skipIf(!hasSshd)('the log of a real run (needs sshd)', () => {
  beforeAll(async () => {
    browser = await openBrowser();
    sshd = await startSshd();
    own = await bots.folder();
    const { identityFiles, knownHosts, user } = sshd.target();
    await mkdir(join(own, 'playbooks'));
    await mkdir(join(own, 'inventory'));
    await writeFile(join(own, 'playbooks/chatty.yml'), chatty());
    await writeFile(join(own, 'playbooks/endless.yml'), saying(1200, ''));
    await writeFile(join(own, 'inventory/hosts'), `[web]\nweb-1 ansible_host=127.0.0.1 ansible_port=${sshd.port}\n`);
    await writeFile(
      join(own, 'quarterdeck.yaml'),
      `harbour: false
inventory: [./inventory]
playbooks: ./playbooks
ssh: { user: ${user}, agent: false, identityFiles: ${JSON.stringify(identityFiles)}, knownHosts: ${JSON.stringify(knownHosts)} }
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [web] }] } }
`,
    );
    bot = await start();
  });
  afterAll(async () => {
    await browser.close();
    await bots.end();
    await sshd.stop();
  });

  it.each(bothSizes)(
    'on a %s: opened late it is all there, goes on live, and is there when the run is over',
    async (size) => {
      const id = await aRun('chatty');
      const page = await pageOf(size);
      await page.goto(`${bot.url}/#/runs/${id}`);
      await page.getByText('web-1 | said 20', { exact: true }).waitFor();
      const first = await shown(page);
      expect(first).toEqual(upTo(first.length));
      expect(first.length).toBeLessThan(100);
      await goOn();
      await page.getByText(/^PLAY RECAP/).waitFor();
      expect(await shown(page)).toEqual(upTo(100));
      expect(said(await logOf(id))).toEqual(upTo(100));
      await page.reload();
      await page.getByText(/^PLAY RECAP/).waitFor();
      expect(await shown(page)).toEqual(upTo(100));
      await page.context().close();
    },
  );

  it('on a phone: the bot dies and comes back, and the log is as it was written', async () => {
    const id = await aRun('endless');
    const page = await pageOf('phone');
    await page.goto(`${bot.url}/#/runs/${id}`);
    await page.getByText('web-1 | said 20', { exact: true }).waitFor();
    const { port } = new URL(bot.url);
    await bot.kill();
    await page.getByText('Reconnecting… what you type is kept.').waitFor();
    bot = await start(port);
    await page.locator('.run-head').getByText('Interrupted').waitFor();
    await live(page);
    const written = said(await logOf(id));
    expect(written.length).toBeGreaterThan(20);
    expect(written).toEqual(upTo(written.length));
    await expect.poll(() => shown(page), { timeout: 45_000 }).toEqual(written);
    await page.context().close();
  });
});
