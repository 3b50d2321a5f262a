import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Order } from '#core/order.ts';
import { inLanguage } from '#core/text.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const [ada, ben, ci] = ['memory:local:ada', 'memory:local:ben', 'service:ci'] as const;

const command = (name: string, v: string, playbook = 'ship.yml') =>
  change({
    ...{ name, about: name, permission: 'ship.run', risk: 'ordinary', needs: [], args: {}, examples: [name] },
    plan: () => ({ do: 'play', title: name, playbook, vars: v === '' ? {} : { v } }),
  });

const plugin = definePlugin({
  name: 'ship',
  about: 'two versions',
  settings: z.object({}),
  commands: [
    command('two', 'v2'),
    command('three', 'v3'),
    command('look', '', 'look.yml'),
    command('hold', '', 'hold.yml'),
  ],
});

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([plugin, runs], {
    people: { [ada]: ['lead'], [ben]: ['lead'], [ci]: ['lead'] },
    roles: { lead: { '*': ['all'] } },
    hosts: { web: ['web-1'] },
    playbooks: {
      'ship.yml': `- hosts: web
  gather_facts: false
  tasks:
    - shell: echo begin {{ v }}
    - shell: while [ ! -e go ]; do sleep 0.1; done
    - shell: echo {{ v }} >current
`,
      'hold.yml':
        '- hosts: web\n  gather_facts: false\n  tasks:\n    - shell: while [ ! -e held ]; do sleep 0.1; done\n',
      'look.yml': '- hosts: web\n  gather_facts: false\n  tasks:\n    - { shell: echo looked, changed_when: false }\n',
    },
  });
  await mkdir(join(bot.folder, 'hosts/web-1'), { recursive: true });
});
afterEach(() => bot.stop());

const textOf = ({ card }: Order): string => inLanguage(card?.text ?? '', 'en');
const current = () => readFile(join(bot.folder, 'hosts/web-1/current'), 'utf8').catch(() => undefined);

/** A change that was confirmed, to its end. */
async function over(line: string) {
  const order = await bot.order(line, ben);
  await bot.order(`confirm ${order.id}`, ben);
  return bot.until(order.id, ({ finishedAt }) => finishedAt !== undefined);
}

/** A run of version 2 that was stopped midway; its number. */
async function stopped(): Promise<number> {
  const two = await bot.order('two', ada);
  await bot.order(`confirm ${two.id}`, ada);
  const { runId = 0 } = await bot.until(two.id, ({ state }) => state === 'running');
  await bot.order(`cancel ${two.id}`, ada);
  await writeFile(join(bot.folder, 'hosts/web-1/go'), '');
  await bot.until(two.id, ({ state }) => state === 'cancelled');
  return runId;
}

it('a run is not gone on with over a newer one unless somebody who was told says yes', async () => {
  const first = await stopped();
  const { runId } = await over('three');
  const again = await bot.order(`runs resume ${first}`, ada);
  expect(again.state).toBe('confirming');
  expect(textOf(again)).toContain(
    `Run ${runId} changed the same hosts since this was planned: what is left of run ${first} may undo what it did.`,
  );
  expect(await current()).toBe('v3\n');
  await bot.order(`confirm ${again.id}`, ada);
  const ended = await bot.until(again.id, ({ finishedAt }) => finishedAt !== undefined);
  expect([ended.state, ended.resumes]).toEqual(['done', first]);
  expect(await current()).toBe('v2\n');
});

it('another run that came between the question and the yes is not undone', async () => {
  const first = await stopped();
  await over('three');
  const again = await bot.order(`runs resume ${first}`, ada);
  const { runId } = await over('three');
  await bot.order(`confirm ${again.id}`, ada);
  const ended = await bot.until(again.id, ({ finishedAt }) => finishedAt !== undefined);
  expect(ended.refusal?.code).toBe('run.drifted');
  expect(inLanguage(ended.refusal?.say ?? '', 'en')).toContain(`Run ${runId} changed the same hosts`);
  expect(await current()).toBe('v3\n');
});

/** A run that holds the host, and one of version 3 that waits behind it; their orders. */
async function heldAndQueued() {
  const [hold, three] = [await bot.order('hold', ben), await bot.order('three', ben)];
  await bot.order(`confirm ${hold.id}`, ben);
  const { runId: held = 0 } = await bot.until(hold.id, ({ state }) => state === 'running');
  await bot.order(`confirm ${three.id}`, ben);
  const { runId: queued = 0 } = await bot.until(three.id, ({ runId }) => runId !== undefined);
  return { hold, three, held, queued };
}

const goOn = () => writeFile(join(bot.folder, 'hosts/web-1/held'), '');

it('who goes on with a run is told also of one that still waits to change the same hosts', async () => {
  const first = await stopped();
  const { held, queued } = await heldAndQueued();
  const again = await bot.order(`runs resume ${first}`, ada);
  expect(again.state).toBe('confirming');
  expect(textOf(again)).toContain(
    `Run ${held} changed the same hosts since this was planned, and run ${queued} is about to: what is left of run ${first} may undo what they do.`,
  );
  await bot.order(`confirm ${again.id}`, ada);
  await goOn();
  expect((await bot.until(again.id, ({ finishedAt }) => finishedAt !== undefined)).state).toBe('done');
  expect(await current()).toBe('v2\n');
});

it('a service goes on with no run while another waits to change the same hosts', async () => {
  const first = await stopped();
  const { queued } = await heldAndQueued();
  const refusal = (await bot.order(`runs resume ${first}`, ci)).refusal;
  expect(refusal?.code).toBe('run.drifted');
  expect(inLanguage(refusal?.say ?? '', 'en')).toContain(`, and run ${queued} is about to: going on may undo`);
  await goOn();
});

it('a no leaves the newer run as it is', async () => {
  const first = await stopped();
  await over('three');
  const again = await bot.order(`runs resume ${first}`, ada);
  await bot.order(`cancel ${again.id}`, ada);
  expect((await bot.store.orders.get(again.id))?.state).toBe('cancelled');
  expect(await current()).toBe('v3\n');
});

it('two questions about one run: the second yes is told that the run is gone on with', async () => {
  const first = await stopped();
  await over('three');
  const both = [await bot.order(`runs resume ${first}`, ada), await bot.order(`runs resume ${first}`, ben)] as const;
  await bot.order(`confirm ${both[0].id}`, ada);
  await bot.until(both[0].id, ({ finishedAt }) => finishedAt !== undefined);
  const late = await bot.order(`confirm ${both[1].id}`, ben);
  expect(late.refusal?.code).toBe('run.already_resumed');
  expect((await bot.store.orders.get(both[1].id))?.state).toBe('failed');
});

it('a run that changed nothing is no reason to ask, nor is an order that was asked before', async () => {
  const first = await stopped();
  await over('look');
  const again = await bot.order(`runs resume ${first}`, ada);
  expect((await bot.until(again.id, ({ finishedAt }) => finishedAt !== undefined)).state).toBe('done');
  expect(await current()).toBe('v2\n');
});

it('a resumption that never began is younger than what it may undo, and asks all the same', async () => {
  const first = await stopped();
  await over('three');
  const hold = await bot.order('hold', ben);
  await bot.order(`confirm ${hold.id}`, ben);
  await bot.until(hold.id, ({ state }) => state === 'running');
  const again = await bot.order(`runs resume ${first}`, ada);
  await bot.order(`confirm ${again.id}`, ada);
  const { runId = 0 } = await bot.until(again.id, (one) => one.runId !== undefined);
  await bot.order(`cancel ${again.id}`, ada);
  await bot.until(again.id, ({ state }) => state === 'cancelled');
  await writeFile(join(bot.folder, 'hosts/web-1/held'), '');
  await bot.until(hold.id, ({ finishedAt }) => finishedAt !== undefined);
  expect(await bot.order(`runs resume ${runId}`, ci)).toMatchObject({ refusal: { code: 'run.drifted' } });
  expect((await bot.order(`runs resume ${runId}`, ben)).state).toBe('confirming');
  expect(await current()).toBe('v3\n');
});
