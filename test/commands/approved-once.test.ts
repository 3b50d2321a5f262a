import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Card } from '#core/card.ts';
import type { Order } from '#core/order.ts';
import { inLanguage, type Text } from '#core/text.ts';
import { change, definePlugin, z } from '#kit';
import { type TestBot, type TestWorld, testBot } from '#testing';
import runs from '../../plugins/runs/index.ts';

const [ada, ben, cleo, dan] = ['ada', 'ben', 'cleo', 'dan'].map((name) => `memory:local:${name}`) as [
  ...[string, string, string, string],
];

const plugin = definePlugin({
  name: 'drop',
  about: 'a change on the database',
  settings: z.object({}),
  commands: [
    change({
      ...{
        name: 'drop',
        about: 'drop',
        permission: 'drop.run',
        risk: 'grave',
        needs: [],
        args: {},
        examples: ['drop'],
      },
      plan: () => ({ do: 'play', title: 'Drop', playbook: 'drop.yml', vars: {} }),
    }),
  ],
});

const rule = (name: string, approvals: number, by: string) =>
  ({ name, when: { on: ['db'] }, require: { approvals, by: [by] }, within: '15m' }) as never;

const people = {
  [ada]: ['operator'],
  [ben]: ['lead'],
  [cleo]: ['lead', 'dba'],
};
const world: TestWorld = {
  people,
  roles: {
    operator: { 'drop.*': ['all'], 'runs.*': ['all'] },
    lead: { approve: ['all'], 'drop.*': ['all'] },
    dba: { approve: ['all'] },
  },
  rules: [rule('two leads', 2, 'lead'), rule('a dba', 1, 'dba')],
  hosts: { db: ['db-1'] },
  playbooks: {
    'drop.yml': `- hosts: db
  gather_facts: false
  tasks:
    - shell: echo begin
    - shell: while [ ! -e {{ home }}/go ]; do sleep 0.1; done
    - shell: echo end
`,
  },
};

let bot: TestBot;
beforeEach(async () => {
  bot = await testBot([plugin, runs], world);
});
afterEach(() => bot.stop());

const en = (text: Text | undefined) => inLanguage(text ?? '', 'en');
const title = (card: Card | undefined) => en(card?.title);
const names = async ({ id }: Order) => {
  const { approve, deny } = await bot.core.approvers(id);
  return [approve, deny].map((all) => all.map(({ name }) => name));
};

/** An order that Ben has approved, and that waits for one more. */
async function once(): Promise<Order> {
  const order = await bot.order('drop', ada);
  expect(await names(order)).toEqual([
    ['ben', 'cleo'],
    ['ben', 'cleo'],
  ]);
  await bot.order(`approve ${order.id}`, ben);
  return order;
}

it('who approved an order is not asked again, and may still say no', async () => {
  const order = await once();
  expect(await names(order)).toEqual([['cleo'], ['ben', 'cleo']]);
  expect(en((await bot.order('yes', ada)).refusal?.say)).toBe(
    `Order ${order.id} waits for somebody else: cleo may approve it.`,
  );
  await bot.order(`deny ${order.id}`, ben);
  expect((await bot.store.orders.get(order.id))?.state).toBe('cancelled');
});

it('a second yes of an approver is the same yes, with a number and without', async () => {
  const order = await once();
  for (const line of [`approve ${order.id}`, 'approve', 'yes'])
    expect(title((await bot.order(line, ben)).card), line).toBe(`Order ${order.id} has your word already`);
  expect((await bot.store.orders.get(order.id))?.state).toBe('approving');
  expect(await bot.store.approvals.of(order.id)).toHaveLength(1);
});

it('whose approval meets nothing that is still missing is not asked for it', async () => {
  bot.configure({
    people: { ...people, [dan]: ['lead'] },
    rules: [rule('a lead', 1, 'lead'), rule('a dba', 1, 'dba')],
  });
  const order = await bot.order('drop', ada);
  expect((await names(order))[0]).toEqual(['ben', 'cleo', 'dan']);
  await bot.order(`approve ${order.id}`, ben);
  expect(await names(order)).toEqual([['cleo'], ['ben', 'cleo', 'dan']]);
  const offered = async (actor: string) => (await bot.order('yes', actor)).card?.actions?.map(({ line }) => line);
  expect(await offered(cleo)).toEqual([`approve ${order.id}`]);
  expect(await offered(dan)).toBeUndefined();
});

it('a resumption that nobody can approve any more says so', async () => {
  bot.configure({ people, rules: [rule('a lead', 1, 'lead')] });
  const order = await bot.order('drop', ada);
  await bot.order(`approve ${order.id}`, ben);
  const { runId = 0 } = await bot.until(order.id, ({ state }) => state === 'running');
  await bot.order(`cancel ${order.id}`, ada);
  await writeFile(join(bot.folder, 'hosts/db-1/go'), '');
  await bot.until(order.id, ({ state }) => state === 'cancelled');
  bot.configure({ people: { [ada]: ['operator'], [ben]: ['lead'] }, rules: [rule('two leads', 2, 'lead')] });
  const again = await bot.order(`runs resume ${runId}`, ada);
  expect(again.state).toBe('approving');
  expect(en((await bot.order('yes', ada)).refusal?.say)).toContain('nobody may approve it now.');
});
