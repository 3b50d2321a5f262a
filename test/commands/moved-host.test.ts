import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const ada = 'memory:local:ada';
const eve = 'memory:local:eve';

const command = (name: string) =>
  change({
    name,
    about: name,
    permission: `${name}.run`,
    risk: 'ordinary',
    needs: [],
    args: {},
    examples: [name],
    plan: () => ({ do: 'play', title: name, playbook: `${name}.yml`, vars: {} }),
  });

const plugin = definePlugin({
  name: 'ship',
  about: 'changes of one host',
  settings: z.object({}),
  commands: [command('wait'), command('quick')],
});

let bot: TestBot;
afterEach(() => bot?.stop());

it('a run in the queue does not begin on a host that has just moved out of the reach of who asked', async () => {
  bot = await testBot([plugin], {
    people: { [ada]: ['everything'], [eve]: ['web'] },
    roles: { web: { '*': ['web'] } },
    hosts: { web: ['web-1'], db: ['db-1'] },
    playbooks: {
      'wait.yml': '- hosts: web-1\n  tasks: [{ shell: until test -e go; do sleep 0.05; done }]\n',
      'quick.yml': '- hosts: web-1\n  tasks: [{ shell: echo one >> count }]\n',
    },
  });
  const first = await bot.order('wait', ada);
  await bot.order(`confirm ${first.id}`, ada);
  await bot.until(first.id, ({ state }) => state === 'running');
  const second = await bot.order('quick', eve);
  await bot.order(`confirm ${second.id}`, eve);
  await bot.until(second.id, ({ state }) => state === 'queued');

  const hosts = Object.fromEntries(['web-1', 'db-1'].map((name) => [name, { home: join(bot.folder, 'hosts', name) }]));
  const groups = { web: { hosts: {} }, db: { hosts } };
  await writeFile(join(bot.folder, 'inventory.yml'), stringify({ all: { children: groups } }));
  await writeFile(join(bot.folder, 'hosts/web-1/go'), '');
  expect(await bot.until(second.id, ({ finishedAt }) => finishedAt !== undefined)).toMatchObject({
    state: 'cancelled',
    refusal: { code: 'run.right_lost' },
  });
});
