import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Card, inLanguage, type Text } from '#kit';
import { checkPlugin, type TestBot, testBot } from '#testing';
import plugin from './index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const ada = 'memory:local:ada';
const ben = 'memory:local:ben';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(plugin, {
    people: { [ada]: ['everything'], [ben]: [], 'other:local:ada': [] },
  });
  await bot.order('audit');
  await bot.order('audit', ben);
});
afterAll(() => bot.stop());

const rows = (card: Card) => card.table?.rows.map((row) => row.slice(1).map(en).join(': ')) ?? [];

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('the last entries come newest first, refused ones too', async () => {
  const card = await bot.say('audit 3');
  expect(en(card.title)).toMatch(/^Audit: the last 3, up to #\d+$/);
  expect(rows(card)[0]).toMatch(/^ada: asked/);
  expect(rows(card)[1]).toMatch(/^ben: refused/);
});

test('one person’s entries are found by the short name or the whole one', async () => {
  for (const name of ['ben', 'BEN', ben]) {
    const card = await bot.say(`audit 5 by ${name}`);
    expect(rows(card).every((row) => row.startsWith('ben: '))).toBe(true);
    expect(rows(card).length).toBeGreaterThan(0);
  }
});

test('nobody’s entries are no empty table', async () => {
  expect(en((await bot.say('audit by nobody')).title)).toBe('No entry by “nobody”');
});

test('without the right nothing is shown', async () => {
  expect(await bot.order('audit', ben)).toMatchObject({ state: 'refused', refusal: { code: 'policy.not_allowed' } });
});

test('more than a hundred, or less than one, are refused', async () => {
  for (const line of ['audit 101', 'audit 0']) expect((await bot.order(line)).state).not.toBe('done');
});
