import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const [ada, ben, cat] = ['ada', 'ben', 'cat'].map((name) => `memory:local:${name}`) as [string, string, string];

const command = (name: string, risk: 'grave' | 'ordinary') =>
  change({
    ...{ name, about: name, permission: `${name}.run`, risk, needs: [], args: {}, examples: [name] },
    plan: () => ({ do: 'play', title: name, playbook: 'long.yml', vars: {} }),
  });

const plugin = definePlugin({
  name: 'work',
  about: 'changes that take long',
  settings: z.object({}),
  commands: [command('grave', 'grave'), command('plain', 'ordinary')],
});

let bot: TestBot;
let folder: string;
let ahead = 0;
const go = () => join(folder, 'go');
beforeEach(async () => {
  ahead = 0;
  folder = await mkdtemp(join(tmpdir(), 'approved-then-'));
  bot = await testBot([plugin, runs], {
    folder,
    clock: { now: () => Date.now() + ahead },
    people: { [ada]: ['lead'], [ben]: ['lead'], [cat]: ['lead'] },
    roles: { lead: { '*': ['all'] } },
    hosts: { web: ['web-1'] },
    playbooks: {
      'long.yml': `- hosts: web
  gather_facts: false
  tasks:
    - shell: echo begin
    - shell: while [ ! -e ${go()} ]; do sleep 0.1; done
    - shell: echo end
`,
    },
  });
});
afterEach(async () => {
  await writeFile(go(), '');
  await bot.stop();
  await rm(folder, { recursive: true, force: true });
});

const reached = (run: number) =>
  vi.waitFor(async () => expect(await bot.store.runs.steps(run)).toHaveLength(2), { timeout: 20_000 });

it('an approval that was young enough when a resumption was queued still is when its turn comes', async () => {
  const first = await bot.order('grave', ada);
  await bot.order(`approve ${first.id}`, ben);
  await reached(1);
  await bot.order(`cancel ${first.id}`, ada);
  await writeFile(go(), '');
  await bot.until(first.id, ({ state }) => state === 'cancelled');
  await rm(go());
  const other = await bot.order('plain', cat);
  await bot.order(`confirm ${other.id}`, cat);
  await reached(2);
  ahead += 14 * 60_000;
  const { order = 0 } = await bot.chat.say({ actor: ada, text: 'runs resume 1' });
  await bot.until(order, ({ state }) => state === 'confirming');
  await bot.order(`confirm ${order}`, ada);
  await bot.until(order, ({ state }) => state === 'queued');
  ahead += 2 * 60_000;
  await writeFile(go(), '');
  const end = await bot.until(order, ({ finishedAt }) => finishedAt !== undefined);
  expect(end.refusal?.code).not.toBe('run.approvals_lost');
  expect(end.state).toBe('done');
});
