import { mkdir, writeFile } from 'node:fs/promises';
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
const open = async (...there: readonly string[]) => {
  bot = await testBot(plugin, {
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
  for (const host of ['web-1', 'web-2']) {
    const home = join(bot.folder, 'hosts', host);
    await mkdir(home, { recursive: true });
    for (const version of there) await writeFile(join(home, version), '');
  }
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
  expect(asked).toEqual([
    'Roll back shop to v1 on web-2: 1 change on web-2',
    'Ramener shop à v1 sur web-2 : 1 changement sur web-2',
  ]);
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

test('a deploy that was stopped half-way says after what, and offers the way on and the way back', async () => {
  await open('v1');
  await end('deploy shop v1');
  const order = await bot.order('deploy shop slow');
  await bot.order(`confirm ${order.id}`);
  const isLooking = async () => {
    const { runId } = (await bot.store.orders.get(order.id)) ?? {};
    const steps = runId === undefined ? [] : await bot.store.runs.steps(runId);
    return steps.filter(({ task, state }) => task === 'Switch' && state === 'changed').length === 2;
  };
  while (!(await isLooking())) await new Promise((resolve) => setTimeout(resolve, 10));
  await bot.order(`cancel ${order.id}`);
  const { card, runId } = await bot.until(order.id, (one) => one.state === 'cancelled');
  const [en, fr] = titles(card);
  expect(en).toMatch(/^Deploy shop slow: stopped half-way after “Switch” on web-1, web-2; \d+ steps not begun$/);
  expect(fr).toMatch(/ : arrêtée en cours de route après « Switch » sur web-1, web-2 ; \d+ étapes pas commencées$/);
  expect(card?.actions?.map(({ line }) => line)).toEqual([
    `runs resume ${runId}`,
    'deploy shop slow',
    'rollback shop to v1 on web-1,web-2',
  ]);
});

test('where the end of a step on another host was not seen, nothing is said of which version is there', async () => {
  await open('v1');
  const at = '2026-11-21T11:00:00Z';
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
