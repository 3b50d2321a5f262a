import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, it } from 'vitest';
import { change, definePlugin, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';

const plugin = definePlugin({
  name: 'quick',
  about: 'changes that wait',
  settings: z.object({}),
  commands: ['one', 'two'].map((name) =>
    change({
      ...{ name, about: name, permission: `${name}.run`, risk: 'ordinary', needs: [], args: {}, examples: [name] },
      plan: () => ({ do: 'play', title: name, playbook: 'quick.yml', vars: {} }),
    }),
  ),
});

const world: TestWorld = {
  hosts: { db: ['db-1'] },
  playbooks: { 'quick.yml': '- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: echo one\n' },
};

let bot: TestBot;
afterEach(() => bot?.stop());

/** Changes the database itself, as damage or a full disk would. */
function inDatabase(folder: string, sql: string): void {
  const db = new DatabaseSync(join(folder, 'quarterdeck.db'));
  db.exec(sql);
  db.close();
}

const isOver = ({ finishedAt }: { readonly finishedAt?: string }) => finishedAt !== undefined;

it('an order whose run cannot be read keeps neither the bot from starting nor others from ending', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'one-broken-'));
  bot = await testBot([plugin], { ...world, folder });
  const [one, two] = [await bot.order('one'), await bot.order('two')];
  for (const { id } of [one, two]) {
    await bot.order(`confirm ${id}`);
    await bot.until(id, isOver);
  }
  await bot.stop();
  // As a kill leaves them, between the end of a run and that of its order.
  inDatabase(folder, `update orders set state = 'running', finished_at = null where id in (${one.id}, ${two.id})`);
  inDatabase(folder, "update steps set result = 'no json' where run_id = 1");
  bot = await testBot([plugin], { ...world, folder });
  await bot.until(two.id, isOver);
  expect((await bot.store.orders.get(one.id))?.state).toBe('running');
  inDatabase(folder, "update steps set result = '{}' where run_id = 1");
  await bot.until(one.id, isOver);
  await bot.stop();
  await rm(folder, { recursive: true });
});

it('an order that cannot be closed keeps no other from expiring', async () => {
  let ahead = 0;
  bot = await testBot([plugin], { ...world, clock: { now: () => Date.now() + ahead } });
  const [one, two] = [await bot.order('one'), await bot.order('two')];
  inDatabase(
    bot.folder,
    `create trigger trouble before update on orders when old.id = ${one.id} begin select raise(abort, 'trouble'); end`,
  );
  ahead = 16 * 60_000;
  expect((await bot.until(two.id, isOver)).state).toBe('expired');
  inDatabase(bot.folder, 'drop trigger trouble');
  expect((await bot.until(one.id, isOver)).state).toBe('expired');
});

it('an order whose plan cannot be read expires all the same', async () => {
  let ahead = 0;
  bot = await testBot([plugin], { ...world, clock: { now: () => Date.now() + ahead } });
  const one = await bot.order('one');
  inDatabase(bot.folder, "update plans set plan = 'no json'");
  ahead = 16 * 60_000;
  expect((await bot.until(one.id, isOver)).state).toBe('expired');
});

it('an order whose message cannot be read keeps neither the bot from starting nor others from expiring', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'one-broken-'));
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  bot = await testBot([plugin], { ...world, folder, clock });
  const [one, two] = [await bot.order('one'), await bot.order('two')];
  await bot.stop();
  inDatabase(folder, `update orders set card = 'no json' where id = ${one.id}`);
  inDatabase(folder, `update orders set card = 'no json', state = 'working' where id = ${two.id}`);
  bot = await testBot([plugin], { ...world, folder, clock });
  expect((await bot.until(two.id, ({ state }) => state !== 'working')).state).toBe('confirming');
  ahead = 16 * 60_000;
  expect((await bot.until(one.id, isOver)).state).toBe('expired');
  await bot.stop();
  await rm(folder, { recursive: true });
});
