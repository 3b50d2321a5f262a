import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { Order } from '#core/order.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';
const carol = 'memory:local:carol';

const command = (name: string, risk: 'grave' | 'ordinary') =>
  change({
    name,
    about: name,
    permission: `${name}.run`,
    risk,
    needs: [],
    args: {},
    examples: [name],
    plan: () => ({ do: 'play', title: name, playbook: 'quick.yml', vars: {} }),
  });

const plugin = definePlugin({
  name: 'quick',
  about: 'changes that wait',
  settings: z.object({}),
  commands: [command('grave', 'grave'), command('plain', 'ordinary')],
});

const world: TestWorld = {
  people: { [ada]: ['lead'], [ben]: ['lead'], [carol]: ['lead'] },
  roles: { lead: { '*': ['all'] } },
  hosts: { db: ['db-1'] },
  playbooks: { 'quick.yml': '- hosts: all\n  tasks:\n    - shell: echo one\n' },
};

let bot: TestBot;
afterEach(() => bot?.stop());

const yes = ['order.approved', 'order.confirmed'];
const end = ['order.cancelled', 'order.denied', 'order.expired', 'order.finished'];

/** The audit of an order, oldest first. */
const historyOf = async (id: number) =>
  (await bot.store.audit.last(500)).filter(({ orderId }) => orderId === id).reverse();

/** Every yes in the audit was given while the order waited, once by each, and is among its approvals. */
const expectTrue = async (order: Order): Promise<void> => {
  const history = await historyOf(order.id);
  const given = history.filter(({ action }) => yes.includes(action));
  const over = history.findIndex(({ action }) => end.includes(action));
  for (const entry of given) expect(over < 0 || history.indexOf(entry) < over).toBe(true);
  expect(new Set(given.map(({ actor, action }) => `${actor} ${action}`)).size).toBe(given.length);
  expect(await bot.store.approvals.of(order.id)).toHaveLength(given.length);
};

describe('a bare word', () => {
  const lines = (order: Order) => order.card?.actions?.map(({ line }) => line) ?? [];

  it('offers only orders that who says it may judge as they stand', async () => {
    bot = await testBot([plugin], world);
    const mine = await bot.order('grave', ben);
    const unsure = [await bot.order('plain', ada), await bot.order('plain', ada)];
    expect(await bot.order('approve', ada)).toMatchObject({ state: 'done' });
    await bot.until(mine.id, ({ state }) => state === 'done');
    const theirs = [await bot.order('grave', ada), await bot.order('grave', ada)];
    expect(lines(await bot.order('approve', ben))).toEqual(theirs.map(({ id }) => `approve ${id}`).reverse());
    const judged = [...unsure, ...theirs].map(({ id }) => `deny ${id}`).reverse();
    expect(lines(await bot.order('deny', ben))).toEqual(judged.slice(0, 3));
  });

  it('offers nothing where it can approve nothing, and is told who can', async () => {
    bot = await testBot([plugin], world);
    await bot.order('grave', ada);
    await bot.order('grave', ada);
    const said = await bot.order('approve', ada);
    expect([said.refusal?.code, lines(said)]).toEqual(['policy.own_order', []]);
  });

  it('is not taken for an order that came in the place of another a moment ago', async () => {
    bot = await testBot([plugin], world);
    const read = await bot.order('grave', ada);
    await bot.order(`cancel ${read.id}`, ada);
    const other = await bot.order('grave', ada);
    for (const word of ['approve', 'deny']) {
      const said = await bot.order(word, ben);
      expect([said.refusal?.code, lines(said)]).toEqual(['order.which', [`${word} ${other.id}`]]);
    }
    expect((await bot.store.orders.get(other.id))?.state).toBe('approving');
    expect(await bot.order(`approve ${other.id}`, ben)).toMatchObject({ state: 'done' });
    await bot.until(other.id, ({ state }) => state === 'done');
    // Of both something was said: the next can only be the next.
    await bot.order(`deny ${read.id}`, ben);
    const third = await bot.order('grave', ada);
    expect(await bot.order('approve', ben)).toMatchObject({ state: 'done', args: { order: third.id } });
  });

  it('is not taken for another than the one that came before others last, however old that is', async () => {
    let now = Date.now();
    const rule = { name: 'Both', when: { permission: 'plain.run', on: ['all'] }, within: '1h' } as const;
    const rules = [{ ...rule, require: { confirmation: true, approvals: 1 } }];
    bot = await testBot([plugin], { ...world, rules, clock: { now: () => now } });
    const late = await bot.order('plain', ada);
    const waits = await bot.order('grave', ada);
    now += 11 * 60_000;
    await bot.order(`confirm ${late.id}`, ada);
    await bot.order(`deny ${late.id}`, carol);
    const said = await bot.order('approve', ben);
    expect([said.refusal?.code, lines(said)]).toEqual(['order.which', [`approve ${waits.id}`]]);
  });

  it.each(['approve', 'deny', 'cancel'])('%s means after a kill what it meant before', async (word) => {
    const folder = await mkdtemp(join(tmpdir(), 'too-late-'));
    bot = await testBot([plugin], { ...world, folder });
    const asker = word === 'cancel' ? ben : ada;
    const meant = await bot.order('grave', asker);
    const said = await bot.order('help', ben);
    // As a kill leaves it: what was meant is kept, and the order it is about was closed meanwhile.
    await bot.order(`cancel ${meant.id}`, asker);
    const other = await bot.order('grave', asker);
    await bot.stop();
    const row = new DatabaseSync(join(folder, 'quarterdeck.db'));
    row
      .prepare(`update orders set text = ?, state = 'working', command = ?, args = ?, finished_at = null where id = ?`)
      .run(word, word, JSON.stringify({ order: meant.id }), said.id);
    row.close();
    bot = await testBot([plugin], { ...world, folder });
    const replayed = await bot.until(said.id, ({ state }) => state === 'refused');
    expect(replayed.refusal?.code).toBe('order.not_waiting');
    expect((await bot.store.orders.get(other.id))?.state).toBe('approving');
    await rm(folder, { recursive: true });
  });

  it('is heard and closes its order in one commit', async () => {
    bot = await testBot([plugin], world);
    const order = await bot.order('grave', ada);
    const said = await bot.order('deny', ben);
    const entries = (await bot.store.audit.last(10)).filter(({ orderId = 0 }) => [order.id, said.id].includes(orderId));
    expect(entries.slice(0, 2).map(({ action, orderId }) => [action, orderId])).toEqual([
      ['order.finished', said.id],
      ['order.denied', order.id],
    ]);
  });

  it('tells how an order stands in words, never by the name of its state', async () => {
    bot = await testBot([plugin], world);
    const order = await bot.order('plain', ada);
    await bot.order(`confirm ${order.id}`, ada);
    await bot.until(order.id, ({ state }) => state === 'done');
    const again = (await bot.order(`confirm ${order.id}`, ada)).card;
    expect(again?.text).toEqual({ en: 'It is done.', fr: 'Il est fait.' });
    expect((await bot.order(`cancel ${order.id}`, ada)).refusal?.say).toEqual({
      en: `Order ${order.id} waits for nothing: it is done.`,
      fr: `L’ordre ${order.id} n’attend rien : il est fait.`,
    });
  });
});

describe('a yes that comes too late', { timeout: 120_000 }, () => {
  it('is not written down when the order was cancelled or denied in the same instant', async () => {
    bot = await testBot([plugin], world);
    for (let round = 0; round < 12; round += 1) {
      const order = await bot.order('grave', ada);
      const [said] = await Promise.all(
        round % 2 === 0
          ? [bot.order(`approve ${order.id}`, ben), bot.order(`cancel ${order.id}`, ada)]
          : [bot.order(`approve ${order.id}`, ben), bot.order(`deny ${order.id}`, carol)],
      );
      const ended = await bot.until(order.id, (one) => ['done', 'cancelled', 'failed'].includes(one.state));
      await expectTrue(ended);
      if (ended.runId === undefined) expect(said?.refusal?.code).toBe('order.not_waiting');
    }
  });

  it('is not written down when the same word comes twice in the same instant', async () => {
    bot = await testBot([plugin], world);
    for (let round = 0; round < 6; round += 1) {
      const order = await bot.order('plain', ada);
      const both = await Promise.all([bot.order(`confirm ${order.id}`, ada), bot.order(`confirm ${order.id}`, ada)]);
      const ended = await bot.until(order.id, (one) => one.runId !== undefined);
      await expectTrue(ended);
      expect(both.some(({ state }) => state === 'done')).toBe(true);
    }
  });

  it('is refused with a sentence when the order has expired, and leaves nothing in the audit', async () => {
    let now = Date.now();
    bot = await testBot([plugin], { ...world, clock: { now: () => now } });
    const order = await bot.order('grave', ada);
    now += 16 * 60_000;
    const said = await bot.order(`approve ${order.id}`, ben);
    expect(said.refusal?.code).toBe('order.expired');
    expect((await historyOf(order.id)).some(({ action }) => yes.includes(action))).toBe(false);
    expect(await bot.store.approvals.of(order.id)).toEqual([]);
  });
});
