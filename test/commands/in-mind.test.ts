import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arg, change, definePlugin, question, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const [ada, eve, ben, cat] = ['ada', 'eve', 'ben', 'cat'].map((name) => `memory:local:${name}`) as [
  string,
  string,
  string,
  string,
];

const plugin = definePlugin({
  name: 'ship',
  about: 'a change that wants an approval, and a question',
  settings: z.object({}),
  commands: [
    change({
      name: 'wipe',
      about: 'wipe',
      permission: 'wipe.run',
      risk: 'grave',
      needs: [],
      args: {},
      examples: ['wipe'],
      plan: () => ({ do: 'play', title: 'Wipe', playbook: 'quick.yml', vars: {} }),
    }),
    change({
      name: 'plain',
      about: 'plain',
      permission: 'plain.run',
      risk: 'ordinary',
      needs: [],
      args: {},
      examples: ['plain'],
      plan: () => ({ do: 'play', title: 'Plain', playbook: 'quick.yml', vars: {} }),
    }),
    change({
      name: 'note',
      about: 'note',
      permission: 'note.run',
      risk: 'grave',
      needs: [],
      args: { words: arg.text({ about: 'words' }) },
      examples: ['note it'],
      plan: () => ({ do: 'play', title: 'Note', playbook: 'quick.yml', vars: {} }),
    }),
    question({
      name: 'ask',
      about: 'ask',
      permission: 'ask.use',
      needs: [],
      args: {},
      examples: ['ask'],
      answer: () => ({ tone: 'good', title: 'the answer' }),
    }),
  ],
});

let bot: TestBot;
let ahead = 0;
beforeEach(async () => {
  ahead = 0;
  bot = await testBot([plugin], {
    clock: { now: () => Date.now() + ahead },
    people: { [ada]: ['lead'], [eve]: ['lead'], [ben]: ['lead'], [cat]: ['lead'] },
    roles: { lead: { '*': ['all'] } },
    hosts: { db: ['db-1'] },
    playbooks: { 'quick.yml': '- hosts: db\n  gather_facts: false\n  tasks:\n    - shell: echo one\n' },
    rules: [{ name: 'wipes', when: { permission: 'wipe.run' }, require: { approvals: 1 }, within: '2h' }],
  });
});
afterEach(() => bot.stop());

/** A second order for an approval, of which who approves has not heard, where the first was answered by another. */
async function twoOrders(minutesBetween: number, minutesSince: number): Promise<number> {
  const first = await bot.order('wipe', ada);
  ahead += minutesBetween * 60_000;
  const second = await bot.order('wipe', eve);
  await bot.order(`approve ${first.id}`, cat);
  await bot.until(first.id, ({ state }) => state === 'done');
  ahead += minutesSince * 60_000;
  return second.id;
}

describe('a bare approval', () => {
  it('asks which where another waits for the yes of its asker', async () => {
    const wipe = await bot.order('wipe', ada);
    ahead += 8 * 60_000;
    await bot.order('plain', cat);
    expect(await bot.order('approve', ben)).toMatchObject({ refusal: { code: 'order.which' } });
    expect(await bot.store.orders.get(wipe.id)).toMatchObject({ state: 'approving' });
  });

  it('shows what it may be about on a line each, with nothing of it as markup', async () => {
    await bot.order('wipe', ada);
    await bot.order('wipe **now**\n- 156: run p2 ✓', eve);
    await bot.order('ask', eve);
    await bot.order('wipe', eve);
    await bot.order('note "**a**\n- 156: run p2 ✓"', eve);
    const { refusal } = await bot.order('approve', ben);
    expect(refusal?.next).toMatchObject({ en: '- 5: note "*a*⏎- 156: run p2 ✓"\n- 4: wipe\n- 1: wipe' });
  });

  it('asks which where another order waited until a moment ago, however long before it began to', async () => {
    const second = await twoOrders(30, 0);
    expect(await bot.order('approve', ben)).toMatchObject({ refusal: { code: 'order.which' } });
    expect(await bot.store.orders.get(second)).toMatchObject({ state: 'approving' });
  });

  it('is for the only one that waits once the other is out of mind', async () => {
    const second = await twoOrders(1, 30);
    expect((await bot.order('approve', ben)).state).toBe('done');
    expect(await bot.until(second, ({ finishedAt }) => finishedAt !== undefined)).toMatchObject({ state: 'done' });
  });

  it('asks where more was said in a moment than can be looked through', async () => {
    const second = await bot.order('wipe', eve);
    const told = await bot.order('ask', eve);
    const db = new DatabaseSync(join(bot.folder, 'quarterdeck.db'));
    const columns = db
      .prepare("select name from pragma_table_info('orders') where name not in ('id', 'event_id')")
      .all();
    const names = columns.map(({ name }) => `"${name}"`).join(', ');
    db.exec(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 1100)
       insert into orders (event_id, ${names}) select 'flood-' || i, ${names} from n, orders where orders.id = ${told.id}`,
    );
    db.close();
    expect(await bot.order('approve', ben)).toMatchObject({ refusal: { code: 'order.which' } });
    expect(await bot.store.orders.get(second.id)).toMatchObject({ state: 'approving' });
  });
});
