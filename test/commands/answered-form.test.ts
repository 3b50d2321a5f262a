import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { arg, definePlugin, question, z } from '#kit';
import { type TestBot, testBot } from '#testing';

const plugin = definePlugin({
  name: 'greeter',
  about: 'a question that wants a name',
  settings: z.object({}),
  commands: [
    question({
      ...{ name: 'greet', about: 'greet somebody', permission: 'greet.use', needs: [], examples: ['greet ada'] },
      args: { name: arg.word({ about: 'the name' }) },
      answer: async () => ({ tone: 'good', title: 'Hello' }),
    }),
  ],
});

let bot: TestBot;
afterEach(() => bot?.stop());

it('a form that was answered just before the bot stopped is taken for answered: nobody is told that nobody answered', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'answered-form-'));
  bot = await testBot([plugin], { folder });
  const asked = await bot.order('greet');
  expect(asked.state).toBe('asking');
  await bot.core.pipeline.stop(); // what is accepted now is begun at the next start
  const { order: id = 0 } = await bot.core.pipeline.receive({
    ...{ eventId: 'form', chat: 'memory', kind: 'form', actor: asked.actor, channel: asked.channel },
    ...{ text: 'greet --name "ada"', about: `order:${asked.id}`, at: new Date().toISOString() },
  });
  await bot.stop();
  bot = await testBot([plugin], { folder });
  expect((await bot.until(id, ({ finishedAt }) => finishedAt !== undefined)).state).toBe('done');
  expect((await bot.store.orders.get(asked.id))?.state).toBe('cancelled');
  await bot.stop();
  await rm(folder, { recursive: true });
});
