import { afterEach, expect, it } from 'vitest';
import { definePlugin, question, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const eve = 'memory:local:eve';
const ada = 'memory:local:ada';

const busy = { now: 0, most: 0 };
let release = Promise.withResolvers<void>();

const slow = definePlugin({
  name: 'slow',
  about: 'answers when it is let go',
  settings: z.object({}),
  commands: [
    question({
      name: 'slow',
      about: 'slow',
      permission: 'slow.read',
      needs: [],
      args: {},
      examples: ['slow'],
      async answer({ actor }) {
        if (actor.id === ada) return { tone: 'good', title: 'at once' };
        busy.now += 1;
        busy.most = Math.max(busy.most, busy.now);
        await release.promise;
        busy.now -= 1;
        return { tone: 'good', title: 'at last' };
      },
    }),
  ],
});

let bot: TestBot | undefined;
afterEach(() => bot?.stop());

const openBot = async (): Promise<TestBot> => {
  Object.assign(busy, { now: 0, most: 0 });
  release = Promise.withResolvers();
  bot = await testBot(slow, { people: { [ada]: ['all'], [eve]: ['all'] }, roles: { all: { 'slow.read': ['all'] } } });
  return bot;
};

const flood = (count: number, { chat }: TestBot) =>
  Promise.all(Array.from({ length: count }, (_, at) => chat.say({ actor: eve, text: 'slow', id: `flood-${at}` })));

it('works on some orders of one actor at a time, on those of others meanwhile, and answers all', async () => {
  const open = await openBot();
  await flood(100, open);
  expect((await open.say('slow', ada)).title).toBe('at once');
  expect(busy.most).toBe(32);
  release.resolve();
  await open.core.pipeline.idle();
  expect(busy.most).toBe(32);
  const made = await open.store.orders.last(200, {});
  expect(made.filter((order) => order.actor === eve && order.state === 'done')).toHaveLength(100);
});

it('refuses, and writes down, what is more than may wait', async () => {
  const open = await openBot();
  await flood(1_100, open);
  const { refusal, state } = await open.order('slow', eve);
  expect({ state, code: refusal?.code }).toEqual({ state: 'refused', code: 'order.too_many' });
  expect((await open.store.audit.last(1))[0]).toMatchObject({ action: 'order.refused', actor: eve });
  expect((await open.say('slow', ada)).title).toBe('at once');
  release.resolve();
  await open.core.pipeline.idle();
  expect((await open.order('slow', eve)).state).toBe('done');
});

it('leaves what was not begun, or not answered, for the next start', async () => {
  const open = await openBot();
  await flood(40, open);
  await open.core.pipeline.stop();
  release.resolve();
  const made = await open.store.orders.last(100, {});
  expect(
    Object.entries(Object.groupBy(made, ({ state }) => state)).map(([state, all]) => [state, all?.length]),
  ).toEqual([
    ['received', 8],
    ['working', 32],
  ]);
});
