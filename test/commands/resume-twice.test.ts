import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';

const plugin = definePlugin({
  name: 'ship',
  about: 'a change that others approve',
  settings: z.object({}),
  commands: [
    change({
      ...{
        name: 'ship',
        about: 'ship',
        permission: 'ship.run',
        risk: 'grave',
        needs: [],
        args: {},
        examples: ['ship'],
      },
      plan: () => ({ do: 'play', title: 'ship', playbook: 'ship.yml', vars: {} }),
    }),
  ],
});

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([plugin, runs], {
    people: { [ada]: ['lead'], [ben]: ['lead'] },
    roles: { lead: { '*': ['all'] } },
    hosts: { db: ['db-1'] },
    playbooks: {
      'ship.yml':
        '- hosts: db\n  gather_facts: false\n  tasks:\n    - shell: while [ ! -e go ]; do sleep 0.05; done\n    - shell: echo two\n',
    },
  });
});
afterEach(() => bot.stop());

/** A run that was stopped, and two orders that would go on with it, both waiting for Ada. */
async function twice() {
  const first = await bot.order('ship', ada);
  await bot.order(`approve ${first.id}`, ben);
  const { runId } = await bot.until(first.id, ({ state }) => state === 'running');
  await bot.order(`cancel ${first.id}`, ada);
  await writeFile(join(bot.folder, 'hosts/db-1/go'), '');
  await bot.until(first.id, ({ state }) => state === 'cancelled');
  const both = [await bot.order(`runs resume ${runId}`, ben), await bot.order(`runs resume ${runId}`, ben)] as const;
  expect(both.map(({ state }) => state)).toEqual(['approving', 'approving']);
  return both;
}

const actionsOf = async (id: number) =>
  (await bot.store.audit.last(200)).filter(({ orderId }) => orderId === id).map(({ action }) => action);

it('of two resumptions of one run that wait the second is closed when it is approved, and no approval of it is noted', async () => {
  const [one, two] = await twice();
  await bot.order(`approve ${one.id}`, ada);
  const said = await bot.order(`approve ${two.id}`, ada);
  expect([said.state, said.refusal?.code]).toEqual(['refused', 'run.already_resumed']);
  const closed = await bot.store.orders.get(two.id);
  expect([closed?.state, closed?.refusal?.code, closed?.card?.actions]).toEqual([
    'failed',
    'run.already_resumed',
    undefined,
  ]);
  expect(await actionsOf(two.id)).not.toContain('order.approved');
  expect(await bot.store.approvals.of(two.id)).toEqual([]);
});

it('of two that are approved in the same instant one goes on, and the other is closed', async () => {
  const both = await twice();
  await Promise.all(both.map(({ id }) => bot.order(`approve ${id}`, ada)));
  const ends = await Promise.all(both.map(({ id }) => bot.until(id, ({ finishedAt }) => finishedAt !== undefined)));
  expect(ends.map(({ state }) => state).sort()).toEqual(['done', 'failed']);
  expect(ends.find(({ state }) => state === 'failed')?.refusal?.code).toBe('run.already_resumed');
});
