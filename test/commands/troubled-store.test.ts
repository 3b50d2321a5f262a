import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it, vi } from 'vitest';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

/** A store that refuses one kind of row for a while, as one does whose disk is full: by a trigger in the database itself. */
const ada = 'memory:local:ada';

const slow = definePlugin({
  name: 'slow',
  about: 'a change that takes a while',
  settings: z.object({}),
  commands: [
    change({
      name: 'slow',
      about: 'slow',
      permission: 'slow.run',
      risk: 'ordinary',
      needs: [],
      args: {},
      examples: ['slow'],
      plan: () => ({ do: 'play', title: 'Slow', playbook: 'slow.yml', vars: {} }),
    }),
  ],
});

let bot: TestBot;
afterEach(() => bot?.stop());

const start = async () => {
  bot = await testBot([slow, runs], {
    people: { [ada]: ['all'] },
    roles: { all: { '*': ['all'] } },
    hosts: { web: ['web-1'] },
    playbooks: {
      'slow.yml': '- hosts: all\n  tasks:\n    - shell: sleep 1; echo one\n    - shell: echo two\n',
    },
  });
};

/** Refuses changes of orders for which the condition holds; gives the way to end that. */
function refuseOrders(when: string): () => void {
  const db = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
  db.exec(
    `create trigger trouble before update on orders when ${when} begin select raise(abort, 'the disk is full'); end`,
  );
  return () => {
    db.exec('drop trigger trouble');
    db.close();
  };
}

it('tells the end of a run as soon as it can be stored', async () => {
  await start();
  const { id } = await bot.order('slow', ada);
  await bot.order(`confirm ${id}`, ada);
  const { runId = 0 } = await bot.until(id, (one) => one.state === 'running');
  const end = refuseOrders("new.state = 'done'");
  await vi.waitFor(async () => expect((await bot.store.runs.get(runId))?.state).toBe('done'), { timeout: 30_000 });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await bot.store.orders.get(id))?.state).toBe('running');
  end();
  expect((await bot.until(id, (one) => one.state === 'done')).card?.title).toMatchObject({
    en: 'Slow: done, 2 changes',
  });
});

it('never calls an order failed whose run is queued', async () => {
  await start();
  const first = await bot.order('slow', ada);
  await bot.order(`confirm ${first.id}`, ada);
  const { runId = 0 } = await bot.until(first.id, (one) => one.state === 'running');
  await bot.order(`cancel ${first.id}`, ada);
  await bot.until(first.id, (one) => one.state === 'cancelled');
  const end = refuseOrders("old.state = 'cancelled'"); // the message of the first run keeps its Resume
  const second = await bot.order(`runs resume ${runId}`, ada);
  expect((await bot.until(second.id, (one) => one.finishedAt !== undefined)).state).toBe('done');
  expect((await bot.store.runs.get(runId + 1))?.state).toBe('done');
  end();
});
