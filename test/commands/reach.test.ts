import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const ada = 'memory:local:ada';
const wes = 'memory:local:wes';

const playing = (playbook: string, limit?: string) =>
  change({
    name: limit ? `${playbook} elsewhere` : playbook,
    about: playbook,
    permission: 'play.run',
    risk: 'ordinary',
    needs: [],
    args: {},
    examples: [limit ? `${playbook} elsewhere` : playbook],
    plan: () => ({ do: 'play', title: playbook, playbook: `${playbook}.yml`, vars: {}, ...(limit ? { limit } : {}) }),
  });

const plugin = definePlugin({
  name: 'playing',
  about: 'plays',
  settings: z.object({}),
  commands: [
    ...['web', 'db', 'both', 'facts', 'delegates', 'later'].map((name) => playing(name)),
    playing('db', 'web-1'),
  ],
});

const task = '  tasks:\n    - file: { path: made, state: directory }\n';

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([plugin], {
    people: { [ada]: ['all'], [wes]: ['web'] },
    roles: { all: { '*': ['all'] }, web: { 'play.*': ['web'] } },
    hosts: { web: ['web-1'], db: ['db-1'] },
    playbooks: {
      'web.yml': `- hosts: web\n${task}`,
      'db.yml': `- hosts: db\n${task}`,
      'both.yml': `- hosts: web\n${task}- hosts: db\n${task}`,
      'facts.yml': `- hosts: all\n  gather_facts: true\n${task}`,
      'delegates.yml': `- hosts: web\n${task}      delegate_to: db-1\n`,
      'later.yml': `- hosts: web\n  tasks:\n    - { shell: echo a, register: r }\n    - file: { path: made, state: directory }\n      delegate_to: db-1\n      when: r.stdout == "a"\n`,
    },
  });
});
afterEach(() => bot.stop());

/** A host of the tests has a folder from the moment somebody connects to it. */
const connected = async (): Promise<readonly string[]> =>
  (await readdir(join(bot.folder, 'hosts')).catch(() => [])).sort();

it.each(['db', 'both', 'facts'])('“%s” connects to no host for who has no right on all of its hosts', async (line) => {
  const order = await bot.order(line, wes);
  expect(order).toMatchObject({
    state: 'refused',
    refusal: { code: 'policy.not_allowed', details: { permission: 'play.run' } },
  });
  expect(JSON.stringify(order.refusal)).not.toContain('db-1');
  expect(await connected()).toEqual([]);
});

it('looks at the hosts one may change', async () => {
  expect((await bot.order('web', wes)).state).toBe('confirming');
  expect(await connected()).toEqual(['web-1']);
});

it('names the hosts a playbook is made for where those that were named are none, to who may use it there', async () => {
  const next = async (who: string) => {
    const { refusal } = await bot.order('db elsewhere', who);
    expect(refusal?.code).toBe('run.no_hosts');
    return inLanguage(refusal?.next ?? '', 'en');
  };
  expect(await next(ada)).toBe('Name hosts this playbook is made for: db-1.');
  expect(await next(wes)).toBe('Name hosts this playbook is made for.');
});

it.each(['delegates', 'later'])('“%s” does not connect to a host a task delegates to, and says where', async (line) => {
  const order = await bot.order(line, wes);
  expect(order.state).toBe('failed');
  expect(JSON.stringify(order.refusal)).toContain('you may not do this on db-1, to which it leads');
  expect(await connected()).not.toContain('db-1');
  expect((await bot.order(line, ada)).state).toBe('confirming');
});
