import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Card, inLanguage, type Run, type Step } from '#kit';
import { type TestBot, testBot } from '#testing';
import plugin from './index.ts';
import { deployed, rolledBack } from './outcome.ts';

/** Like a real one in what it tells: a link moves, something is looked at, the link moves back. */
const deploy = `
- hosts: web
  gather_facts: false
  tasks:
    - { name: Switch, file: { src: 'releases/{{ app_version }}', dest: '{{ home }}/current', state: link, force: true } }
    - name: Look
      wait_for: { path: '{{ home }}/{{ app_version }}', timeout: "{{ 8 if app_version == 'slow' else 1 }}", sleep: 1 }
      register: health
      ignore_errors: true
    - { name: Back, file: { src: releases/v1, dest: '{{ home }}/current', state: link, force: true }, when: health is failed }
    - { name: Look again, wait_for: { path: '{{ home }}/v1', timeout: 1 }, ignore_errors: true, when: health is failed }
    - { name: Check, assert: { that: health is not failed, fail_msg: 'unwell' } }
`;
const rollback = `
- hosts: web
  gather_facts: false
  tasks:
    - { name: Switch, file: { src: releases/v1, dest: '{{ home }}/current', state: link, force: true } }
    - { name: Look, wait_for: { path: '{{ home }}/v1', timeout: 1 } }
`;
let bot: TestBot;
const start = async (folder?: string) => {
  bot = await testBot(plugin, {
    ...(folder === undefined ? {} : { folder }),
    hosts: { web: ['web-1', 'web-2'] },
    playbooks: { 'deploy.yml': deploy, 'rollback.yml': rollback },
    settings: {
      deploy: {
        applications: {
          shop: { playbook: 'deploy.yml', rollback: 'rollback.yml', hosts: 'web' },
        },
      },
    },
  });
};
const open = async (...there: readonly string[]) => {
  await start();
  for (const host of ['web-1', 'web-2']) await layOut(host, there);
};
const layOut = async (host: string, there: readonly string[]) => {
  const home = join(bot.folder, 'hosts', host);
  await mkdir(home, { recursive: true });
  for (const version of there) await writeFile(join(home, version), '');
};
afterEach(() => bot.stop());

const titles = (card: Card | undefined) =>
  (['en', 'fr'] as const).map((language) => (card ? inLanguage(card.title, language).replace(/\u00a0/g, ' ') : ''));
const end = async (line: string) => {
  const order = await bot.order(line);
  const asked = titles(order.card);
  await bot.order(`confirm ${order.id}`);
  const { card, state } = await bot.until(order.id, (one) => one.state === 'done' || one.state === 'failed');
  return { asked, state, said: titles(card) };
};

test('a deploy that went back by itself says so in both languages', async () => {
  await open('v1');
  expect(await end('deploy shop v3')).toMatchObject({
    state: 'failed',
    said: [
      'Deploy shop v3: failed, v3 is not healthy on web-1, web-2; v1 is back',
      'Déployer shop v3 : échec, v3 n’est pas sain sur web-1, web-2 ; v1 est de retour',
    ],
  });
});

test('one whose earlier version is not healthy either does not say that all is well', async () => {
  await open('v9');
  const { said } = await end('deploy shop v3');
  expect(said).toEqual([
    'Deploy shop v3: failed, v3 is not healthy on web-1, web-2; v1 is back and not healthy either',
    'Déployer shop v3 : échec, v3 n’est pas sain sur web-1, web-2 ; v1 est de retour, mais pas sain non plus',
  ]);
});

test('a rollback names the version before it is confirmed, when it is done, and afterwards', async () => {
  await open('v1', 'v2');
  await end('deploy shop v2');
  expect(await end('rollback shop')).toEqual({
    asked: ['Roll back shop to v1: 2 changes on web-1, web-2', 'Ramener shop à v1 : 2 changements sur web-1, web-2'],
    state: 'done',
    said: ['shop is back on v1', 'shop est revenu à v1'],
  });
  const card = await bot.say('versions shop');
  expect(titles(card)).toEqual(['shop: back on v1', 'shop : retour à v1']);
  expect(card.table?.rows.map(([version]) => version)).toEqual(['v1', 'v2']);
});

test('a rollback of some hosts names them', async () => {
  await open('v1', 'v2');
  await end('deploy shop v2');
  const { asked, said } = await end('rollback shop on web-2');
  expect(asked).toEqual(['Roll back shop to v1 on web-2: 1 change', 'Ramener shop à v1 sur web-2 : 1 changement']);
  expect(said).toEqual(['shop is back on v1 on web-2', 'shop est revenu à v1 sur web-2']);
});

test('a rollback to a version that is not healthy says which', async () => {
  await open('v2');
  await end('deploy shop v2');
  const { state, said } = await end('rollback shop');
  expect([state, ...said]).toEqual([
    'failed',
    'Roll back shop to v1: failed, v1 is not healthy on web-1, web-2',
    'Ramener shop à v1 : échec, v1 n’est pas sain sur web-1, web-2',
  ]);
});

/** Begins a deploy of `slow`, and gives its order once the hosts have switched to it. */
const switching = async () => {
  const { id } = await bot.order('deploy shop slow');
  await bot.order(`confirm ${id}`);
  const isLooking = async () => {
    const { runId } = (await bot.store.orders.get(id)) ?? {};
    const steps = runId === undefined ? [] : await bot.store.runs.steps(runId);
    return steps.filter(({ task, state }) => task === 'Switch' && state === 'changed').length === 2;
  };
  while (!(await isLooking())) await new Promise((resolve) => setTimeout(resolve, 10));
  return id;
};

test('a deploy that was stopped half-way says after what, and offers the way on and the way back', async () => {
  await open('v1');
  await end('deploy shop v1');
  const id = await switching();
  await bot.order(`cancel ${id}`);
  const { card, runId } = await bot.until(id, (one) => one.state === 'cancelled');
  const [en, fr] = titles(card);
  expect(en).toMatch(/^Deploy shop slow: stopped half-way after “Switch” on web-1, web-2; \d+ steps not begun$/);
  expect(fr).toMatch(/ : arrêtée en cours de route après « Switch » sur web-1, web-2 ; \d+ étapes pas commencées$/);
  expect(card?.actions?.map(({ line }) => line)).toEqual([
    `runs resume ${runId}`,
    'deploy shop slow',
    'rollback shop to v1 on web-1,web-2',
  ]);
});

test('a deploy that the bot was killed in offers the way on and the way back as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-killed-'));
  await start(folder);
  for (const host of ['web-1', 'web-2']) await layOut(host, ['v1']);
  await end('deploy shop v1');
  const id = await switching();
  await bot.store.copyTo(join(folder, 'killed.db'));
  await bot.stop();
  for (const end of ['-wal', '-shm']) await rm(join(folder, `quarterdeck.db${end}`), { force: true });
  await copyFile(join(folder, 'killed.db'), join(folder, 'quarterdeck.db'));
  await start(folder);
  const { card, runId } = await bot.until(id, ({ state }) => state === 'interrupted');
  expect(titles(card)[0]).toMatch(/^Deploy shop slow: interrupted after “Switch” on web-1, web-2/);
  expect(card?.actions?.map(({ line }) => line)).toEqual([
    `runs resume ${runId}`,
    'deploy shop slow',
    'rollback shop to v1 on web-1,web-2',
  ]);
  await rm(folder, { recursive: true });
});

test('a deploy that is done offers the way back to what was there, which asks before it goes', async () => {
  await open('v1', 'v2');
  const first = await bot.order('deploy shop v1');
  await bot.order(`confirm ${first.id}`);
  expect((await bot.until(first.id, ({ state }) => state === 'done')).card?.actions).toEqual([]);
  const order = await bot.order('deploy shop v2 to web-2');
  await bot.order(`confirm ${order.id}`);
  const { card } = await bot.until(order.id, ({ state }) => state === 'done');
  expect(card?.actions).toEqual([
    {
      id: 'rollback',
      label: { en: 'Roll back to v1', fr: 'Revenir à v1' },
      style: 'plain',
      line: 'rollback shop to v1 on web-2',
    },
  ]);
  await bot.tap(order, 'rollback');
  const [tapped] = await bot.store.orders.last(1);
  expect([tapped?.text, tapped?.state]).toEqual(['rollback shop to v1 on web-2', 'confirming']);
});

const at = '2026-11-21T11:00:00Z';
const ran = (state: Run['state'], limit?: string): Run => ({
  ...{ id: 1, orderId: 1, actor: 'a', state, planHash: 'x', recap: {}, queuedAt: at },
  request: { playbook: 'deploy.yml', vars: { app_version: 'v2' }, locks: [], ...(limit ? { limit } : {}) },
});
const moved = (host: string, from: string | null, to: string): Step => ({
  ...{ runId: 1, id: 'Switch', host, task: 'Switch', module: 'file', state: 'changed', startedAt: at, result: {} },
  differences: [{ subject: '/srv/current', aspect: 'target', before: from, after: to }],
});

test.each<[string, Run['state'], readonly Step[], readonly string[]]>([
  ['left its release live when it failed', 'failed', [moved('web-1', 'v1', 'v2')], ['rollback shop to v1 on web-1']],
  ['went back by itself', 'failed', [moved('web-1', 'v1', 'v2'), moved('web-1', 'v2', 'v1')], []],
  ['changed nothing', 'done', [], []],
  ['was the first', 'done', [moved('web-1', null, 'v2')], []],
  ['found different releases', 'done', [moved('web-1', 'v0', 'v2'), moved('web-2', 'v1', 'v2')], []],
])('a deploy that %s', async (_how, state, steps, lines) => {
  await start();
  const card: Card = { tone: 'info', title: 'x' };
  const { actions = [] } = deployed(card, ran(state), steps, { name: 'shop', rollback: 'rollback.yml', hosts: 'web' });
  expect(actions.map(({ line }) => line)).toEqual(lines);
  expect(deployed(card, ran(state), steps, { name: 'shop', hosts: 'web' }).actions).toBeUndefined();
});

test('a deploy to more hosts than a line can name offers the way back of all of them, or none', async () => {
  await start();
  const steps = Array.from({ length: 400 }, (_, at) => moved(`web-${at}.example.com`, 'v1', 'v2'));
  const linesOf = (limit: string) =>
    deployed({ tone: 'good', title: 'x' }, ran('done', limit), steps, {
      ...{ name: 'shop', rollback: 'rollback.yml', hosts: 'web' },
    }).actions?.map(({ line }) => line);
  expect(linesOf('web')).toEqual(['rollback shop to v1']);
  expect(linesOf('web-0,web-1')).toEqual(undefined);
});

test('where the end of a step on another host was not seen, nothing is said of which version is there', async () => {
  await open('v1');
  const request = { playbook: 'deploy.yml', vars: { app_version: 'v3' }, locks: [] };
  const failed = { ...{ id: 1, orderId: 1, actor: 'a', state: 'failed', planHash: 'x' }, recap: {}, queuedAt: at };
  const run: Run = { ...failed, request } as Run;
  const step = (host: string, module: string, state: Step['state'], after?: string): Step => ({
    ...{ runId: 1, id: module, host, task: module, module, state, startedAt: at, result: {} },
    differences: after === undefined ? [] : [{ subject: '/srv/current', aspect: 'target', before: 'v3', after }],
  });
  const back = [step('web-1', 'file', 'changed', 'releases/v1'), step('web-1', 'wait_for', 'ok')];
  const card: Card = { tone: 'bad', title: 'failed on web-1, web-2' };
  const gone = step('web-2', 'file', 'unknown');
  const check = step('web-1', 'assert', 'failed');
  expect(deployed(card, run, [...back, check])).not.toEqual(card);
  expect(deployed(card, run, [...back, check, gone])).toEqual(card);
  const look = step('web-1', 'uri', 'failed');
  expect(rolledBack(card, run, [...back, look], 'shop')).not.toEqual(card);
  expect(rolledBack(card, run, [...back, look, gone], 'shop')).toEqual(card);
});
