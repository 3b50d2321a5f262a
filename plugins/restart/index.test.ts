import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Card, inLanguage, type Text } from '#kit';
import { checkPlugin, type TestBot, testBot } from '#testing';
import plugin from './index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const titleOf = (card: Card | undefined) => `${card?.tone}: ${en(card?.title)}`;

const playbook = `
- name: Restart
  hosts: all
  gather_facts: false
  tasks:
    - name: Restart
      copy: { content: '{{ service_name }}', dest: restarted }
`;

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(plugin, {
    hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
    playbooks: { 'restart.yml': playbook },
    settings: {
      restart: { services: { shop: { unit: 'shop.service', hosts: 'web' }, db: { hosts: 'db', risk: 'grave' } } },
    },
  });
});
afterAll(() => bot.stop());

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('a service is restarted where it runs, or on one host of those', async () => {
  const order = await bot.order('restart shop');
  const plan = await bot.store.plans.get(order.planHash ?? '');
  expect(order.state).toBe('confirming');
  expect(plan).toMatchObject({
    hosts: ['web-1', 'web-2'],
    request: { limit: 'web', vars: { service_name: 'shop.service' }, locks: ['service:shop'] },
  });
  const one = await bot.order('restart shop on web-2');
  expect(en(one.card?.title)).toContain('Restart shop on web-2');
});

test('a grave one asks a second person', async () => {
  expect(await bot.order('restart db')).toMatchObject({ state: 'approving' });
});

test('only named services can be restarted, and only where they run', async () => {
  const unknown = await bot.order('restart sshd');
  expect([unknown.state, titleOf(unknown.card)]).toEqual(['refused', 'warn: There is no service “sshd” to restart']);
  expect(unknown.card?.actions?.map(({ line }) => line)).toEqual(['restart shop', 'restart db']);
  const elsewhere = await bot.order('restart shop on db-1');
  expect([elsewhere.state, titleOf(elsewhere.card)]).toEqual(['refused', 'warn: shop does not run on db-1']);
});

test('with no service configured, nothing is asked: where to name one is said', async () => {
  const empty = await testBot(plugin, { settings: { restart: {} } });
  const { state, card } = await empty.order('restart');
  expect([state, titleOf(card)]).toEqual([
    'refused',
    expect.stringMatching(/^warn: No service is configured: .*services/),
  ]);
  await empty.stop();
});
