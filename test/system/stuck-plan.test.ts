import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { ada, processesFor, realBots, until } from '#test/support/real-bot.ts';

const bots = realBots();
afterAll(() => bots.end());

/** A bot that works on an order for ever. */
async function stuck() {
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
  return { own, bot };
}

it('SIGTERM ends a bot whose planning goes on for ever, with all its processes', async () => {
  const { own, bot } = await stuck();
  const began = Date.now();
  await bot.kill('SIGTERM');
  expect(Date.now() - began).toBeLessThan(20_000);
  expect(processesFor(own)).toEqual([]);
}, 90_000);

it('one Ctrl-C that comes from the terminal and from npm stops it, and does not cut it off', async () => {
  const { bot } = await stuck();
  process.kill(bot.pid, 'SIGINT');
  await sleep(500);
  await bot.kill('SIGINT');
  expect(bot.output()).toMatch(/Stopped\.\n$/);
}, 90_000);

it('a second Ctrl-C some seconds later ends it at once', async () => {
  const { own, bot } = await stuck();
  process.kill(bot.pid, 'SIGINT');
  await sleep(3_000);
  await bot.kill('SIGINT');
  expect(bot.output()).not.toContain('Stopped.');
  await until('all have ended', () => processesFor(own).length === 0, 60_000);
}, 120_000);

it('SIGKILL leaves no process behind either, also not one that hears nothing', async () => {
  const { own, bot } = await stuck();
  expect(processesFor(own).length).toBeGreaterThan(1);
  await bot.kill('SIGKILL');
  await until('all have ended', () => processesFor(own).length === 0, 60_000);
}, 120_000);
