import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '#core/order.ts';
import { inLanguage, type Text } from '#core/text.ts';
import { change, definePlugin, question, z } from '#kit';
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
  commands: [
    command('grave', 'grave'),
    command('plain', 'ordinary'),
    question({
      ...{ name: 'ask', about: 'ask', permission: 'ask.use', needs: [], args: {}, examples: ['ask'] },
      answer: () => ({ tone: 'good', title: 'so it is' }),
    }),
  ],
});

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([plugin], {
    people: { [ada]: ['operator'], [ben]: ['lead'], [eve]: ['guest'] },
    also: { [ada]: ['cli:local:ada'] },
    roles: {
      operator: { 'plain.run': ['all'], 'grave.run': ['all'], 'ask.use': ['all'] },
      lead: { '*': ['all'] },
      guest: { 'ask.use': ['all'] },
    },
    hosts: { db: ['db-1'] },
    playbooks: { 'quick.yml': '- hosts: all\n  tasks:\n    - shell: echo one\n' },
  });
});
afterEach(() => bot.stop());

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
/** What a line was refused with. */
const told = ({ refusal }: Order) => `${en(refusal?.say)} ${en(refusal?.next)}`.trim();

describe('the own order of who says', () => {
  it.each([
    ['approve', 'You asked for this yourself: ben may approve it.'],
    ['yes', 'waits for somebody else: ben may approve it.'],
  ])('%s without a number is named with who may approve it, also beside others that wait', async (word, sentence) => {
    await bot.order('plain', ben);
    const order = await bot.order('grave', ada);
    expect(told(await bot.order(word, ada))).toContain(sentence);
    expect((await bot.store.orders.get(order.id))?.state).toBe('approving');
    await bot.order('grave', ada);
    expect(told(await bot.order(word, ada))).toContain(sentence);
  });

  it('approve is said to be over, once it is', async () => {
    const order = await bot.order('grave', ada);
    await bot.order(`approve ${order.id}`, ben);
    await bot.until(order.id, ({ state }) => state === 'done');
    expect(told(await bot.order(`approve ${order.id}`, ada))).toBe(`Order ${order.id} waits for nothing: it is done.`);
  });
});

describe('somebody who has nothing to do with an order', () => {
  it.each(['cancel', 'deny', 'approve', 'confirm'])(
    'learns by %s nothing of one that waits for nobody',
    async (word) => {
      const order = await bot.order('ask', ada);
      expect(told(await bot.order(`${word} ${order.id}`, eve))).toBe(
        `There is no order ${order.id}. The number of an order is on its card.`,
      );
      expect(told(await bot.order(`${word} 4711`, eve))).toContain('There is no order 4711.');
    },
  );

  it('hears of one that waits what the word would take', async () => {
    const order = await bot.order('plain', ada);
    expect(told(await bot.order(`confirm ${order.id}`, eve))).toContain('Only who asked for it can confirm it.');
    expect(told(await bot.order(`cancel ${order.id}`, eve))).toContain(
      'Only who asked for it, or may approve it, can cancel it.',
    );
    expect((await bot.store.orders.get(order.id))?.state).toBe('confirming');
  });
});

describe('one person with two ids', () => {
  const terminal = 'cli:local:ada';

  it.each([
    ['confirm', 'yes', 'done'],
    ['cancel', 'cancel', 'cancelled'],
  ])('says %s to what they asked for with the other', async (word, bare, end) => {
    const order = await bot.order('plain', terminal);
    expect(await bot.order(`${word} ${order.id}`, ada)).toMatchObject({ state: 'done' });
    expect(await bot.until(order.id, ({ finishedAt }) => finishedAt !== undefined)).toMatchObject({ state: end });
    await bot.order('plain', terminal);
    expect(await bot.order(bare, ada)).toMatchObject({ refusal: { code: 'order.which' } });
  });

  it('is told that a yes was given, also where it was given with the other', async () => {
    const order = await bot.order('plain', terminal);
    await bot.order(`confirm ${order.id}`, terminal);
    const again = await bot.order(`confirm ${order.id}`, ada);
    expect([again.state, en(again.card?.title)]).toEqual(['done', `Order ${order.id} has your word already`]);
  });

  it('does not approve it', async () => {
    const order = await bot.order('grave', terminal);
    expect(await bot.order(`approve ${order.id}`, ada)).toMatchObject({ refusal: { code: 'policy.own_order' } });
  });
});

describe('a word to what waits for another', () => {
  it('an early approval is told what comes first, and a late no how to stop', async () => {
    const order = await bot.order('plain', ada);
    expect(told(await bot.order(`approve ${order.id}`, ben))).toBe(`Order ${order.id} waits for its asker’s yes.`);
  });

  it('a bare yes of who may approve something is offered that', async () => {
    const first = await bot.order('grave', ada);
    await bot.order('plain', ada);
    const asked = await bot.order('yes', ben);
    expect([asked.state, asked.card?.actions?.map(({ line }) => line)]).toEqual(['refused', [`approve ${first.id}`]]);
  });

  it.each(['confirm', 'cancel'])('%s to somebody else’s order that is done is told that it is done', async (word) => {
    const order = await bot.order('plain', ben);
    await bot.order(`confirm ${order.id}`, ben);
    await bot.until(order.id, ({ state }) => state === 'done');
    expect(told(await bot.order(`${word} ${order.id}`, ada))).toBe(`Order ${order.id} waits for nothing: it is done.`);
    expect(told(await bot.order(`${word} ${order.id}`, eve))).toContain(`There is no order ${order.id}.`);
  });
});

it('a stranger learns nothing of what waits by a bare word', async () => {
  await bot.order('grave', ada);
  for (const word of ['yes', 'approve', 'deny']) {
    const { refusal, card } = await bot.order(word, eve);
    expect([refusal?.code, card?.actions]).toEqual(['order.unknown', undefined]);
  }
});

it('a bare word of somebody who may use its command tells them of an order that waits, and a stranger nothing', async () => {
  bot.configure({
    people: { [ada]: ['operator'], [ben]: ['operator'], [eve]: ['guest'] },
    roles: { operator: { 'plain.run': ['all'], 'grave.run': ['all'] }, guest: { 'ask.use': ['all'] } },
  });
  const order = await bot.order('plain', ada);
  expect((await bot.order('yes', ben)).refusal?.code).not.toBe('order.unknown');
  expect((await bot.order('yes', eve)).refusal?.code).toBe('order.unknown');
  expect((await bot.store.orders.get(order.id))?.state).toBe('confirming');
});
