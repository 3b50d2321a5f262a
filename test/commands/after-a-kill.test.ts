import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isClosed, type Order } from '#core/order.ts';
import { arg, change, definePlugin, question, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';

const command = (name: string, playbook: string, risk: 'grave' | 'ordinary' = 'ordinary') =>
  change({
    name,
    about: name,
    permission: `${name}.run`,
    risk,
    needs: [],
    args: {},
    examples: [name],
    plan: () => ({ do: 'play', title: name, playbook, vars: {} }),
  });

const pluginOf = (isAsked: boolean) =>
  definePlugin({
    name: 'ship',
    about: 'changes, and a question that wants more or less',
    settings: z.object({}),
    commands: [
      command('slow', 'slow.yml'),
      command('quick', 'quick.yml'),
      command('wipe', 'quick.yml', 'grave'),
      question({
        name: 'greet',
        about: 'greet',
        permission: 'greet.use',
        needs: [],
        args: isAsked ? { name: arg.word({ about: 'who' }) } : { name: arg.word({ about: 'who', optional: true }) },
        examples: ['greet ada'],
        answer: () => ({ tone: 'good', title: 'hello' }),
      }),
    ],
  });

const world: TestWorld = {
  people: { [ada]: ['lead'], [ben]: ['lead'] },
  roles: { lead: { '*': ['all'] } },
  hosts: { db: ['db-1'] },
  playbooks: {
    'slow.yml': '- hosts: db\n  gather_facts: false\n  tasks:\n    - shell: sleep 2\n',
    'quick.yml': '- hosts: db\n  gather_facts: false\n  tasks:\n    - shell: echo one\n',
  },
  rules: [{ name: 'wipes', when: { permission: 'wipe.run' }, require: { approvals: 1 }, within: '24h' }],
};

let bot: TestBot;
let folder: string;
let ahead = 0;
const clock = { now: () => Date.now() + ahead };
beforeEach(async () => {
  ahead = 0;
  folder = await mkdtemp(join(tmpdir(), 'after-a-kill-'));
});
afterEach(async () => {
  await bot.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = async (isAsked = false) => {
  bot = await testBot([pluginOf(isAsked)], { ...world, folder, clock });
};

/** The bot is gone, what it wrote is as that says, and it is back. */
async function killedWith(sql: string, isAsked = false): Promise<void> {
  await bot.stop();
  const db = new DatabaseSync(join(folder, 'quarterdeck.db'));
  db.exec(sql);
  db.close();
  await start(isAsked);
}

const over = ({ state }: Order): boolean => isClosed(state);

/** A run that waits for another one. */
async function queued(): Promise<Order> {
  const first = await bot.order('slow');
  await bot.tap(first, 'confirm');
  await bot.until(first.id, ({ state }) => state === 'running');
  const second = await bot.order('quick');
  await bot.tap(second, 'confirm');
  return bot.until(second.id, ({ state }) => state === 'queued');
}

const entriesOf = async (id: number) =>
  (await bot.store.audit.last(50))
    .filter(({ orderId }) => orderId === id)
    .map(({ actor, action, details }) => ({ actor, action, details }));

describe('a stop of a run', () => {
  it('says in the audit who gave it before the run is stopped, and whose it was', async () => {
    await start();
    const waiting = await queued();
    const word = await bot.order(`cancel ${waiting.id}`, ben);
    expect(word.state).toBe('done');
    const [end] = (await entriesOf(waiting.id)).filter(({ action }) => action === 'run.finished');
    expect(end).toMatchObject({ actor: ben, details: { state: 'cancelled' } });
    const all = [...(await bot.store.audit.last(50))].reverse();
    const given = all.findIndex(({ action }) => action === 'run.stop_given');
    expect(all[given]).toMatchObject({
      actor: ben,
      orderId: waiting.id,
      details: { run: waiting.runId, now: false, text: 'quick', word: word.id },
    });
    expect(given).toBeLessThan(
      all.findIndex(({ action, orderId }) => action === 'run.finished' && orderId === waiting.id),
    );
  });

  it('that was done when the bot was killed is answered as done', async () => {
    await start();
    const waiting = await queued();
    const word = await bot.order(`cancel ${waiting.id}`, ben);
    await killedWith(`update orders set state = 'working', card = null, finished_at = null where id = ${word.id}`);
    const again = await bot.until(word.id, over);
    expect(again).toMatchObject({ state: 'done' });
    expect(again).not.toHaveProperty('refusal');
    expect((await entriesOf(word.id)).map(({ action }) => action)).not.toContain('order.refused');
  });

  it('that comes after its end is told so', async () => {
    await start();
    const waiting = await queued();
    await bot.order(`cancel ${waiting.id}`, ben);
    expect(await bot.order(`cancel ${waiting.id}`)).toMatchObject({ refusal: { code: 'order.not_waiting' } });
    const given = (await bot.store.audit.last(50)).filter(({ action }) => action === 'run.stop_given');
    expect(given.map(({ actor }) => actor)).toEqual([ben]);
  });

  it('in the thread of a run finds it there, whoever went on with it', async () => {
    await start();
    const slow = await bot.order('slow');
    await bot.tap(slow, 'confirm');
    await bot.until(slow.id, ({ state }) => state === 'running');
    const { order } = await bot.chat.say({ actor: ben, text: 'stop', thread: `order:${slow.id}` });
    await bot.core.pipeline.idle();
    expect(await bot.store.orders.get(order ?? 0)).toMatchObject({ state: 'done' });
    expect(await bot.until(slow.id, over)).toMatchObject({ state: 'cancelled' });
  });
});

it('a question whose command wants more since is asked back, and does not stay open', async () => {
  await start();
  const asked = await bot.order('greet');
  expect(asked.state).toBe('done');
  await killedWith(`update orders set state = 'working', card = null, finished_at = null where id = ${asked.id}`, true);
  expect(await bot.until(asked.id, ({ state }) => state !== 'working')).toMatchObject({ state: 'asking' });
});

it('a yes that was accepted long before the bot came back is not carried out, and the order waits on', async () => {
  await start();
  const wiping = await bot.order('wipe');
  await bot.tap(wiping, 'confirm').catch(() => undefined);
  await bot.until(wiping.id, ({ state }) => state === 'approving');
  const word = await bot.order('greet ada', ben);
  const long = new Date(Date.now() - 8 * 3_600_000).toISOString();
  await killedWith(
    `update orders set state = 'received', text = 'approve ${wiping.id}', command = null, args = null, card = null,
      finished_at = null, created_at = '${long}' where id = ${word.id}`,
  );
  expect(await bot.until(word.id, over)).toMatchObject({ state: 'refused', refusal: { code: 'order.stale' } });
  expect(await bot.store.orders.get(wiping.id)).toMatchObject({ state: 'approving' });
  expect((await bot.order(`approve ${wiping.id}`, ben)).state).toBe('done');
});

it('a yes that was carried out before the bot was killed is answered as done, however late', async () => {
  await start();
  const wiping = await bot.order('wipe');
  const word = await bot.order(`approve ${wiping.id}`, ben);
  await bot.until(wiping.id, ({ state }) => state === 'done');
  const long = new Date(Date.now() - 8 * 3_600_000).toISOString();
  await killedWith(
    `update orders set state = 'working', card = null, finished_at = null, created_at = '${long}' where id = ${word.id}`,
  );
  expect(await bot.until(word.id, over)).toMatchObject({
    state: 'done',
    card: { title: { en: /has your word already/ } },
  });
});

describe('a clock that is set back', () => {
  it('gives an order that waits no more time', async () => {
    await start();
    const wiping = await bot.order('wipe');
    await bot.until(wiping.id, ({ state }) => state === 'approving');
    ahead -= 3_600_000;
    expect(await bot.order(`approve ${wiping.id}`, ben)).toMatchObject({ refusal: { code: 'order.expired' } });
    const end = await bot.until(wiping.id, over);
    expect(end.state).toBe('expired');
    expect(JSON.stringify(end.card)).toContain('The clock was set back');
  });

  it('by a little takes no time away', async () => {
    await start();
    const wiping = await bot.order('wipe');
    await bot.until(wiping.id, ({ state }) => state === 'approving');
    ahead -= 30_000;
    expect((await bot.order(`approve ${wiping.id}`, ben)).state).toBe('done');
  });

  it('by a day lets no run begin that waited in the queue', async () => {
    await start();
    const { id } = await queued();
    await bot.stop();
    ahead -= 24 * 3_600_000;
    await start();
    expect(await bot.until(id, over)).toMatchObject({ state: 'cancelled', refusal: { code: 'run.stale' } });
  });
});

describe('an approval that was noted when the bot was killed, and is late', () => {
  const word = (
    about: Order,
    [who, verb, verdict] = [ben, 'approve', 'approved'],
  ) => `insert into orders (event_id, kind, chat, channel, actor, text, confirmed, state, created_at, command, args)
    values ('memory:x', 'message', 'memory', 'ops', '${who}', '${verb} ${about.id}', 0, 'working', '${new Date().toISOString()}', '${verb}', '{"order":${about.id}}');
    insert into approvals (order_id, actor, verdict, plan_hash, at)
    values (${about.id}, '${who}', '${verdict}', '${about.planHash}', '${new Date().toISOString()}')`;

  it('is to be said again, and then carries the order on', async () => {
    await start();
    const wipe = await bot.order('wipe');
    ahead = 11 * 60_000;
    await killedWith(word(wipe));
    expect(await bot.until(wipe.id + 1, over)).toMatchObject({ refusal: { code: 'order.stale' } });
    expect(await bot.order(`approve ${wipe.id}`, ben)).toMatchObject({ state: 'done' });
    expect(await bot.until(wipe.id, over)).toMatchObject({ state: 'done' });
  });

  it('so is a confirmation', async () => {
    await start();
    const quick = await bot.order('quick');
    ahead = 11 * 60_000;
    await killedWith(word(quick, [ada, 'confirm', 'confirmed']));
    expect(await bot.until(quick.id + 1, over)).toMatchObject({ refusal: { code: 'order.stale' } });
    expect(await bot.order(`confirm ${quick.id}`)).toMatchObject({ state: 'done' });
    expect(await bot.until(quick.id, over)).toMatchObject({ state: 'done' });
  });

  it('is not called missing when the order expires', async () => {
    await start();
    const wipe = await bot.order('wipe');
    ahead = 11 * 60_000;
    await killedWith(word(wipe));
    ahead = 25 * 60 * 60_000;
    const expired = await bot.until(wipe.id, over);
    expect([expired.state, JSON.stringify(expired.card)]).toEqual([
      'expired',
      expect.stringContaining('It had its approvals'),
    ]);
  });
});
