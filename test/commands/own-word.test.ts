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
