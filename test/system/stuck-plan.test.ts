import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ada, processesFor, realBots, until } from '#test/support/real-bot.ts';

const bots = realBots();
afterAll(() => bots.end());

it('SIGTERM ends a bot whose planning goes on for ever, with all its processes', async () => {
  const own = await bots.folder();
  await mkdir(join(own, 'playbooks/library'), { recursive: true });
  await writeFile(join(own, 'playbooks/library/stuck.mjs'), 'for (;;);');
  await writeFile(join(own, 'playbooks/mark.yml'), '- hosts: all\n  tasks:\n    - debug: { msg: x }\n');
  await writeFile(join(own, 'hosts.ini'), 'web-1 ansible_connection=local\n');
  await writeFile(
    join(own, 'quarterdeck.yaml'),
    `harbour: false
inventory: [./hosts.ini]
playbooks: ./playbooks
people: [{ id: '${ada}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
`,
  );
  const bot = await bots.start(own, {}, ['--config', join(own, 'quarterdeck.yaml')]);
  const asked = await bot.say('run mark on web-1', { wait: 1 });
  await until('the order is worked on', async () => (await bot.order(asked.id)).state === 'working');
  const began = Date.now();
  await bot.kill('SIGTERM');
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(processesFor(own)).toEqual([]);
}, 90_000);
