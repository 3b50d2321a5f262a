import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Card, inLanguage, type Text } from '#kit';
import { checkPlugin, type TestBot, testBot } from '#testing';
import { settings, strangers } from './applications.ts';
import plugin from './index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const titleOf = (card: Card | undefined) => `${card?.tone}: ${en(card?.title)}`;

const playbook = `
- name: Deploy
  hosts: web
  gather_facts: false
  tasks:
    - name: Write the version
      copy: { content: '{{ app_name }} {{ app_version | default("before") }} {{ colour }}', dest: version }
`;

const applications = {
  shop: {
    playbook: 'deploy.yml',
    rollback: 'deploy.yml',
    hosts: 'web',
    versions: ['v1', 'v2', 'v3'],
    vars: { colour: 'blue' },
  },
  blog: {
    playbook: 'deploy.yml',
    hosts: 'web-1',
    unit: 'blog',
    health: 'http://x/',
    vars: { colour: 'red' },
    risk: 'grave',
  },
};

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(plugin, {
    hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
    playbooks: { 'deploy.yml': playbook },
    settings: { deploy: { applications } },
  });
});
afterAll(() => bot.stop());

/** What the plan of an order was made from. */
const requestOf = async (line: string) => {
  const order = await bot.order(line);
  const plan = await bot.store.plans.get(order.planHash ?? '');
  return { state: order.state, request: plan?.request, hosts: plan?.hosts, card: order.card };
};

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

describe('deploy', () => {
  test('plans the application’s playbook on its hosts, under its lock', async () => {
    const planned = await requestOf('deploy shop v2');
    expect(planned).toMatchObject({
      state: 'confirming',
      hosts: ['web-1', 'web-2'],
      request: {
        playbook: 'deploy.yml',
        limit: 'web',
        locks: ['app:shop'],
        vars: { app_name: 'shop', app_version: 'v2', colour: 'blue' },
      },
    });
    expect(en(planned.card?.title)).toContain('Deploy shop v2');
  });

  test('goes to some hosts only, however the application is capitalised', async () => {
    const { card, ...planned } = await requestOf('Deploy Shop v2 to web-1');
    expect(planned).toMatchObject({ hosts: ['web-1'], request: { limit: 'web-1' } });
    expect(en(card?.title)).toMatch(/^Deploy shop v2 on web-1: /);
    expect(inLanguage(card?.title ?? '', 'fr')).toMatch(/^Déployer shop v2 sur web-1/);
  });

  test('a second person is asked when the settings say it is grave', async () => {
    expect(await requestOf('deploy blog anything')).toMatchObject({
      state: 'approving',
      request: { vars: { app_unit: 'blog', app_health: 'http://x/' } },
    });
  });

  test('an unknown application or version is answered with those there are', async () => {
    const app = await bot.order('deploy shpo v2');
    expect([app.state, titleOf(app.card)]).toEqual(['refused', 'warn: There is no application “shpo”']);
    expect(app.card?.actions?.map(({ line }) => line)).toEqual(['deploy shop v2', 'deploy blog v2']);
    const version = await bot.order('deploy shop v9');
    expect([version.state, titleOf(version.card)]).toEqual(['refused', 'warn: shop has no version “v9”']);
    expect(version.card?.actions?.map(({ line }) => line)).toEqual([
      'deploy shop v3',
      'deploy shop v2',
      'deploy shop v1',
    ]);
  });

  test.each(['../../etc', 'v1/../..', '$(id)', '-rf', '{{x}}', 'v1;id'])(
    'a version that is a way out is refused: %s',
    async (version) => {
      const order = await bot.order(`deploy blog "${version}"`);
      expect(order.state).toBe('refused');
    },
  );

  test('hosts where the application does not run are refused', async () => {
    const order = await bot.order('deploy shop v2 to db-1');
    expect([order.state, titleOf(order.card)]).toEqual(['refused', 'warn: shop does not run on db-1']);
  });
});

describe('rollback', () => {
  test('goes back to the version before, or to one that is named', async () => {
    const before = await requestOf('rollback shop');
    expect(before.request?.vars).toEqual({ app_name: 'shop', colour: 'blue' });
    expect(en(before.card?.title)).toContain('Roll back shop');
    expect((await requestOf('rollback shop to v1 on web-2')).request).toMatchObject({
      limit: 'web-2',
      vars: { app_version: 'v1' },
      title: { en: 'Roll back shop to v1 on web-2', fr: 'Ramener shop à v1 sur web-2' },
    });
    expect((await requestOf('Rollback Shop to V1')).request).toMatchObject({ vars: { app_version: 'v1' } });
  });

  test('without a playbook for it there is no way back', async () => {
    const order = await bot.order('rollback blog');
    expect([order.state, titleOf(order.card)]).toEqual(['refused', 'warn: blog has no playbook for going back']);
  });
});

test('a rollback that would fail as the hosts are not on one version offers those they were on', async () => {
  const agree = `
- hosts: web
  gather_facts: false
  tasks:
    - assert: { that: app_version is defined, fail_msg: 'Name the version to go back to.' }
    - copy: { content: '{{ app_version }}', dest: version }
`;
  const shop = { playbook: 'deploy.yml', rollback: 'back.yml', hosts: 'web', vars: { colour: 'blue' } };
  const mixed = await testBot(plugin, {
    hosts: { web: ['web-1', 'web-2'] },
    playbooks: { 'deploy.yml': playbook, 'back.yml': agree },
    settings: { deploy: { applications: { shop } } },
  });
  const failing = async (line: string) => {
    const { state, card } = await mixed.order(line);
    return [state, card?.actions?.map((action) => action.line)];
  };
  expect(await failing('rollback shop')).toEqual(['failed', undefined]);
  for (const line of ['deploy shop v2', 'deploy shop v1 to web-1']) {
    const order = await mixed.order(line);
    await mixed.order(`confirm ${order.id}`);
    await mixed.until(order.id, ({ state }) => state === 'done');
  }
  expect(await failing('rollback shop')).toEqual(['failed', ['rollback shop to v2', 'rollback shop to v1']]);
  expect((await failing('rollback shop on web-1'))[1]).toEqual([
    'rollback shop to v2 on web-1',
    'rollback shop to v1 on web-1',
  ]);
  expect((await failing('plan rollback shop'))[1]).toEqual(['rollback shop to v2', 'rollback shop to v1']);
  expect((await mixed.order('rollback shop to v2')).card?.actions?.[0]?.line).toMatch(/^confirm /);
  await mixed.stop();
});

test('versions tells what there is and what went out, once something has', async () => {
  expect(titleOf(await bot.say('versions shop'))).toBe('info: shop: nothing was deployed from here yet');
  const order = await bot.order('deploy shop v1');
  await bot.order(`confirm ${order.id}`);
  await bot.until(order.id, ({ state }) => state === 'done');
  const card = await bot.say('versions shop');
  expect(titleOf(card)).toBe('info: shop: v1 was deployed last');
  expect(card.actions?.map(({ line }) => line)).toEqual(['deploy shop v3', 'deploy shop v2']);
});

test('versions says when the last thing was going back', async () => {
  const order = await bot.order('rollback shop');
  await bot.order(`confirm ${order.id}`);
  await bot.until(order.id, ({ state }) => state === 'done');
  const card = await bot.say('versions shop');
  expect(titleOf(card)).toBe('info: shop: went back to the version before');
  expect(card.actions?.map(({ line }) => line)).toEqual(['deploy shop v3', 'deploy shop v2', 'deploy shop v1']);
});

test('versions takes what went to one host for no version of the whole application', async () => {
  const done = async (line: string) => {
    const order = await bot.order(line);
    await bot.order(`confirm ${order.id}`);
    await bot.until(order.id, ({ state }) => state === 'done');
  };
  await done('deploy shop v2');
  await done('deploy shop v1 to web-1');
  const card = await bot.say('versions shop');
  expect(titleOf(card)).toBe('info: shop: v1 on web-1, v2 on web-2');
  expect(card.table?.rows.slice(0, 2).map(([version = '']) => en(version))).toEqual(['v1 on web-1', 'v2']);
  expect(card.actions?.map(({ line }) => line)).toEqual(['deploy shop v3', 'deploy shop v2', 'deploy shop v1']);
  await done('deploy shop v1 to web-2');
  expect(titleOf(await bot.say('versions shop'))).toBe('info: shop: v1 was deployed last');
});

test('applications, and the newest versions first, are suggested', () => {
  const deploy = bot.core.plugins.commands().find(({ name }) => name === 'deploy');
  expect(deploy?.args.map(({ suggestions }) => suggestions)).toEqual([['shop', 'blog'], ['v3', 'v2', 'v1'], undefined]);
});

test.each([
  [{ playbook: '../x.yml', hosts: 'web' }],
  [{ playbook: '/etc/x.yml', hosts: 'web' }],
  [{ playbook: 'x.yml' }],
  [{ playbook: 'x.yml', hosts: 'web', versions: ['../v1'] }],
  [{ playbook: 'x.yml', hosts: 'web', colour: 'blue' }],
])('settings that are wrong are refused: %j', (shop) => {
  expect(settings.safeParse({ applications: { shop } }).success).toBe(false);
});

test('where an application’s hosts are a pattern nobody can check, no host can be named', () => {
  const hosts = [{ name: 'web-1', groups: ['web'], address: 'x' }];
  const app = { playbook: 'x.yml', vars: {}, hosts: 'web:!web-2' };
  expect(strangers(app, ['web-1'], hosts)).toEqual(['web-1']);
  expect(strangers({ ...app, hosts: 'db, web' }, ['web-1'], hosts)).toEqual([]);
});

test('with no application configured, nothing is asked: where to name one is said', async () => {
  const empty = await testBot(plugin, { settings: { deploy: {} } });
  for (const line of ['deploy', 'rollback', 'versions']) {
    const { state, card } = await empty.order(line);
    expect([state, titleOf(card)]).toEqual([
      'refused',
      expect.stringMatching(/^warn: No application is configured: .*applications/),
    ]);
    expect(card?.form).toBeUndefined();
  }
  await empty.stop();
});
