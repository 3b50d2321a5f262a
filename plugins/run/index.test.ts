import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inLanguage, type Text } from '#kit';
import { checkPlugin, type TestBot, testBot } from '#testing';
import plugin from './index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));

const playbook = `
- name: Write it down
  hosts: web
  gather_facts: false
  vars_prompt: [{ name: words, default: nothing, unsafe: true }]
  tasks:
    - name: Write
      copy: { content: '{{ words }}', dest: said }
`;

/** Asks for a version in the open and for a password, and knows its colour. */
const asking = `
- name: Ask
  hosts: web
  gather_facts: false
  vars_prompt:
    - { name: app_version, prompt: 'Which version?', private: false }
    - { name: colour, default: blue, private: false }
    - { name: password }
  tasks:
    - name: Write
      copy: { content: '{{ app_version }} {{ colour }}', dest: said }
`;

const bad = `- hosts: web\n  tasks:\n${"    - ec2: { name: '**x**' }\n".repeat(13)}`;

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(plugin, {
    people: { 'memory:local:ada': ['everything'], 'memory:local:eve': ['db'] },
    roles: { db: { 'run.playbook': ['db'] } },
    hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
    playbooks: { 'write.yml': playbook, 'ask.yml': asking, 'bad.yml': bad },
  });
});
afterAll(() => bot.stop());

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('a playbook is planned on its hosts and waits for a yes', async () => {
  const order = await bot.order('run write words=hello');
  expect(order.state).toBe('confirming');
  expect(en(order.card?.title)).toContain('Run write');
});

test('a playbook that came a moment ago is there, and one that was broken when it was last looked at', async () => {
  const file = join(bot.folder, 'playbooks/late.yml');
  await writeFile(file, playbook);
  expect((await bot.order('run late')).state).toBe('confirming');
  await writeFile(file, '');
  expect((await bot.order('run late-1')).state).toBe('refused'); // the list is read again, without it
  await writeFile(file, playbook);
  expect((await bot.order('run late')).state).toBe('confirming');
});

test('all that is wrong with a playbook is told at once, ten faults with their places and how many more', async () => {
  const { card } = await bot.order('run bad');
  expect(en(card?.title)).toBe('bad.yml:3:7: “ec2” is neither a task keyword nor a module');
  const lines = en(card?.text).split('\n');
  expect(lines.filter((line) => /^- bad\.yml:\d+:7: “ec2” is neither/.test(line))).toHaveLength(9);
  expect(lines).toContain('- and 3 more');
  expect(lines.at(-1)).toContain('Correct the playbook');
});

test('the file may have either extension; where there is one of each, the extension is wanted', async () => {
  const folder = join(bot.folder, 'playbooks');
  await writeFile(join(folder, 'longer.yaml'), playbook);
  const order = await bot.order('run longer');
  expect(order.state).toBe('confirming');
  expect((await bot.store.plans.get(order.planHash ?? ''))?.request.playbook).toBe('longer.yaml');
  expect((await bot.order('run longer.yaml')).state).toBe('confirming');

  await writeFile(join(folder, 'né à.yml'), playbook);
  expect((await bot.order('run "né à"')).state).toBe('confirming');

  for (const name of ['twice.yml', 'twice.yaml']) await writeFile(join(folder, name), playbook);
  const either = await bot.order('run twice');
  expect(en(either.card?.title)).toBe('There are two playbooks “twice”.');
  expect(en(either.card?.text)).toContain('twice.yaml, twice.yml');
  const one = await bot.order('run twice.yaml');
  expect((await bot.store.plans.get(one.planHash ?? ''))?.request.playbook).toBe('twice.yaml');
});

test('what a playbook asks for in the open, and has no default, is asked for by a form that names it', async () => {
  const { state, card } = await bot.order('run ask on web-1');
  expect(state).toBe('asking');
  expect(en(card?.title)).toBe('run: Which version (app_version)?');
  expect(card?.form).toMatchObject({ line: 'run ask on web-1', fields: [{ name: 'app_version', required: true }] });
  const order = await bot.order('run ask on web-1 --app_version=v1'); // what the form sends
  expect(order.state).toBe('confirming');
  expect((await bot.store.plans.get(order.planHash ?? ''))?.request.vars).toEqual({ app_version: 'v1' });
});

test('what it asks for without showing it is asked of nobody in a chat, and a plan that lacks it says so', async () => {
  const hidden = '- hosts: all\n  gather_facts: false\n  vars_prompt: [{ name: token }, { name: other, default: x }]\n';
  await writeFile(
    join(bot.folder, 'playbooks', 'hidden.yml'),
    `${hidden}  tasks:\n    - copy: { content: "{{ token }}", dest: out }\n`,
  );
  const { state, card } = await bot.order('run hidden on web-1');
  expect(state).toBe('failed');
  expect(en(card?.text)).toContain('asks for token without showing it');
});

test('a name the playbook does not ask for, in the place of one that it does, is corrected by a tap', async () => {
  for (const [typed, meant] of [
    ['version=v1', 'app_version=v1'],
    ['App_versoin=v1', 'app_version=v1'],
  ] as const) {
    const { state, card } = await bot.order(`run ask ${typed} colour=red`);
    expect([typed, state]).toEqual([typed, 'refused']);
    expect(en(card?.title)).toContain('asks for app_version');
    expect(card?.actions?.map(({ line }) => line)).toEqual([`run ask ${meant} colour=red`]);
  }
});

test('a plan says which of the typed names its playbook does not ask for', async () => {
  const text = async (line: string) => en((await bot.order(line)).card?.text);
  expect(await text('run ask app_version=v1 nosense=1')).toContain(
    'does not ask for nosense, and may not read it: it asks for app_version, colour, password.',
  );
  expect(await text('run ask app_version=v1 color=red')).toContain('did you mean colour?');
  expect(await text('run ask app_version=v1 colour=red')).not.toContain('does not ask');
});

test('a playbook that has no host here is not offered, and says so when it is named', async () => {
  const elsewhere = join(bot.folder, 'playbooks/elsewhere.yml');
  await writeFile(elsewhere, '- hosts: mail\n  tasks: []\n');
  const wrong = (await bot.order('run nothing-like-it')).card; // the list is read again
  expect(wrong?.actions?.map(({ line }) => line)).toContain('run ask');
  expect(JSON.stringify((await bot.order('run elsewher')).card)).not.toContain('run elsewhere');
  const [field] = (await bot.order('run')).card?.form?.fields ?? [];
  const offered = field?.choices?.map(({ value }) => value);
  expect(offered).toContain('write');
  expect(offered).not.toContain('elsewhere');
  const { card } = await bot.order('run elsewhere');
  expect(en(card?.title)).toBe('“mail” selects no host.');
  await rm(elsewhere);
});

test('hosts narrow it, and the values typed are plain words', async () => {
  const order = await bot.order('run write on web-1 words="{{ 7 * 7 }} $(id)"');
  expect(order.state).toBe('confirming');
  const plan = await bot.store.plans.get(order.planHash ?? '');
  expect(plan?.hosts).toEqual(['web-1']);
  expect(plan?.request).toMatchObject({ playbook: 'write.yml', limit: 'web-1', vars: { words: '{{ 7 * 7 }} $(id)' } });
  expect(JSON.stringify(plan?.steps)).toContain('{{ 7 * 7 }} $(id)');
});

test.each(['ansible_user=root', 'ansible_ssh_common_args=x', 'hostvars=x', 'inventory_hostname=x'])(
  'what decides how a host is reached cannot be typed: %s',
  async (typed) => {
    const order = await bot.order(`run write ${typed}`);
    expect(order.state).toBe('refused');
    expect(en(order.card?.title)).toContain(typed.split('=')[0]);
  },
);

test('a playbook that only looks is run, and fails where what it looks at does', async () => {
  const looks = (task: string) => `- hosts: web\n  gather_facts: false\n  tasks:\n    - ${task}\n`;
  const checks = await testBot(plugin, {
    people: { 'memory:local:ada': ['everything'] },
    hosts: { web: ['web-1'] },
    playbooks: {
      'false.yml': looks('{ command: /bin/false, changed_when: false }'),
      'port.yml': looks('{ wait_for: { port: 1, timeout: 1 } }'),
      'there.yml': looks('{ stat: { path: / } }'),
    },
  });
  for (const name of ['false', 'port']) {
    const order = await checks.order(`run ${name}`);
    expect([name, order.state]).toEqual([name, 'confirming']);
    await checks.tap(order, 'confirm');
    const ended = await checks.until(
      order.id,
      ({ state }) => state !== 'confirming' && state !== 'queued' && state !== 'running',
    );
    expect([name, ended.state]).toEqual([name, 'failed']);
  }
  expect((await checks.order('run there')).state).toBe('done');
  await checks.stop();
});

test('an unknown playbook is refused', async () => {
  expect((await bot.order('run ../../etc/passwd')).state).not.toBe('confirming');
});

test('hosts of the plan that the asker may not change are refused', async () => {
  expect(await bot.order('run write', 'memory:local:eve')).toMatchObject({ state: 'refused' });
});
