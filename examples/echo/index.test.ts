import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPlugin, type TestBot, testBot } from '#testing';
import plugin from './index.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(plugin);
});
afterAll(() => bot.stop());

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('it says back what it is told', async () => {
  expect(await bot.say('echo hello  world')).toMatchObject({ tone: 'info', title: 'hello world' });
});

test('what it is told has no meaning but its words', async () => {
  for (const words of ['{{ 7 * 7 }}', '$(id); rm -rf /', '<script>alert(1)</script>'])
    expect((await bot.say(`echo ${words}`)).title).toBe(words);
});
