import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '#core/order.ts';
import { inLanguage, type Text } from '#core/text.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const ada = 'memory:local:ada';
const ben = 'memory:local:ben';
const eve = 'memory:local:eve';

const command = (name: string, risk: 'grave' | 'ordinary') =>
  change({
    ...{ name, about: name, permission: `${name}.run`, risk, needs: [], args: {}, examples: [name] },
    plan: () => ({ do: 'play', title: name, playbook: 'quick.yml', vars: {} }),
  });

const plugin = definePlugin({
  name: 'quick',
  about: 'changes that wait',
  settings: z.object({}),
  commands: [command('grave', 'grave'), command('plain', 'ordinary')],
});

const people = { [ada]: ['lead'], [ben]: ['lead'], [eve]: ['guest'] };
let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([plugin], {
    people,
    roles: { lead: { '*': ['all'] }, guest: { 'plain.run': ['all'] } },
    hosts: { db: ['db-1'] },
    playbooks: { 'quick.yml': '- hosts: all\n  tasks:\n    - shell: echo one\n' },
  });
});
afterEach(() => bot.stop());

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const buttons = async ({ id }: Order) => (await bot.store.orders.get(id))?.card?.actions?.map((one) => one.id) ?? [];

/** What a tap was told; the order waits on, and its button is still there. */
async function toldOf(order: Order, id: string, by: string) {
  const before = await buttons(order);
  expect(before).toContain(id);
  await bot.tap(order, id, by);
  const [tapped] = await bot.store.orders.last(1);
  expect((await bot.store.orders.get(order.id))?.state).toBe(order.state);
  expect(await buttons(order)).toEqual(before);
  return tapped?.refusal;
}

describe('an approver is told', () => {
  it('that who asked may no longer do it, not that they may not themselves', async () => {
    const order = await bot.order('grave', ada);
    bot.configure({ people: { ...people, [ada]: [] } });
    const told = await toldOf(order, 'approve', ben);
    expect([told?.code, en(told?.say)]).toEqual([
      'order.asker_lost_right',
      `Who asked for order ${order.id} may no longer do it.`,
    ]);
    bot.configure({ people });
    await bot.order(`approve ${order.id}`, ben);
    await bot.until(order.id, ({ state }) => state === 'done');
  });

  it('that who asked is no longer known', async () => {
    const order = await bot.order('grave', ada);
    bot.configure({ people: { [ben]: ['lead'] } });
    const told = await toldOf(order, 'approve', ben);
    expect([told?.code, en(told?.say)]).toEqual([
      'order.asker_unknown',
      `Who asked for order ${order.id} is no longer known.`,
    ]);
    expect((await bot.order(`deny ${order.id}`, ben)).state).toBe('done');
  });
});

describe('of an order that waits no more', () => {
  it.each(['confirm', 'approve', 'deny', 'cancel'])('a stranger learns nothing by %s', async (word) => {
    const order = await bot.order('grave', ada);
    await bot.order(`cancel ${order.id}`, ada);
    expect((await bot.order(`${word} ${order.id}`, eve)).refusal?.code).toBe('order.unknown');
    expect((await bot.order(`${word} ${order.id}`, ben)).refusal?.code).toMatch(/^order\.not_(?:waiting|yours)$/);
  });
});

describe('while the command of an order is away for a moment', () => {
  it('who may say yes is told so, and the yes counts once it is back; a stranger learns nothing', async () => {
    const [plain, grave] = [await bot.order('plain', ada), await bot.order('grave', ada)];
    await bot.core.plugins.reload({ disabled: ['quick'] });
    for (const told of [await toldOf(plain, 'confirm', ada), await toldOf(grave, 'approve', ben)])
      expect(told).toMatchObject({ code: 'order.command_gone', retryable: true });
    expect((await bot.order(`approve ${grave.id}`, eve)).refusal?.code).toBe('order.unknown');
    expect((await bot.order(`deny ${grave.id}`, ben)).refusal?.code).toBe('order.command_gone');
    await bot.core.plugins.reload({ disabled: [] });
    await bot.order(`confirm ${plain.id}`, ada);
    await bot.order(`approve ${grave.id}`, ben);
    for (const { id } of [plain, grave]) await bot.until(id, ({ state }) => state === 'done');
  });

  it('an order that is over is said to be over', async () => {
    const order = await bot.order('plain', ada);
    await bot.order(`cancel ${order.id}`, ada);
    await bot.core.plugins.reload({ disabled: ['quick'] });
    expect((await bot.order(`confirm ${order.id}`, ada)).refusal?.code).toBe('order.not_waiting');
  });
});
