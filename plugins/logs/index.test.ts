import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnyPlugin, type Card, inLanguage, type Text } from '#kit';
import { machine } from '#test/support/bundled.ts';
import { checkPlugin, type TestBot, testBot } from '#testing';
import { linesCard } from './cards.ts';
import plugin from './index.ts';
import { readable } from './readable.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en').replaceAll('\u00a0', ' '));
const titleOf = (card: Card) => `${card.tone}: ${en(card.title)}`;
const stamp = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();

let bot: TestBot;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'logs-'));
  const noisy = Array.from({ length: 60 }, (_, at) => `${stamp(1000 - at)} INFO line ${at}`);
  await writeFile(
    join(folder, 'web.log'),
    [`${stamp(1500)} ERROR boom \`rm -rf\` <b>`, `${stamp(1490)} WARN slow`, ...noisy].join('\n'),
  );
  await writeFile(join(folder, 'db.log'), `${stamp(5)} calm\n`);
  await writeFile(join(folder, 'empty.log'), '');
  bot = await testBot([plugin, machine] as readonly AnyPlugin[], {
    settings: {
      machine: {
        logs: { web: [join(folder, 'web.log')], db: [join(folder, '*.log')], none: [join(folder, 'empty.log')] },
      },
    },
  });
});
afterAll(async () => {
  await bot.stop();
  await rm(folder, { recursive: true });
});

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('a part of a secret finds no line and is not shown, also where a long line is cut', async () => {
  const path = join(folder, 'told.txt');
  await writeFile(path, `${stamp(9)} INFO ${'a'.repeat(390)} correct-horse-battery\n`);
  const telling = await testBot([plugin, machine] as readonly AnyPlugin[], {
    secrets: { password: 'correct-horse-battery' },
    settings: { machine: { logs: { told: [path] } } },
  });
  try {
    const [all, guess, other] = [
      await telling.say('logs'),
      await telling.say('logs told corr'),
      await telling.say('logs told cora'),
    ];
    expect(titleOf(all)).toContain('1 line');
    expect(JSON.stringify(all)).not.toContain('corr');
    expect(JSON.parse(JSON.stringify(guess).replaceAll('corr', 'cora'))).toEqual(other);
    expect(titleOf(await telling.say('logs told aaaa'))).toContain('1 line');
  } finally {
    await telling.stop();
  }
});

test('counts come first, then the newest lines, as code', async () => {
  const card = await bot.say('logs web');
  expect(titleOf(card)).toBe('bad: web: 1 error, 1 warning, 62 lines in 30 min');
  expect(card.code?.text.split('\n')).toHaveLength(20);
  expect(card.code?.text).toContain('line 59');
  expect(en(card.footer)).toContain('the newest 20');
});

test('words, level, time and number narrow it down', async () => {
  const card = await bot.say('logs web BOOM --level error --limit 5');
  expect(titleOf(card)).toBe('bad: web: 1 error, 1 line in 30 min');
  expect(card.code?.text).toContain('boom `rm -rf` <b>');
  expect(en(card.text)).toBe('Only lines with `BOOM`, error or worse');
  expect(titleOf(await bot.say('logs web --since 1200s'))).toBe('info: web: 60 lines in 20 min');
});

test('errors alone are how bad the lines are, in both languages', async () => {
  const level = await bot.say('logs web --level error');
  for (const word of ['errors', 'erreurs', 'Errors'])
    expect((await bot.say(`logs web ${word}`)).title).toEqual(level.title);
});

test('a word with marks in it stays a word', async () => {
  const card = await bot.say('logs web "**bold** `code`"');
  expect(titleOf(card)).toBe('info: web: no line with “**bold** `code`” in 30 min; 62 lines without it');
  expect(card.actions?.map(({ line }) => line)).toEqual(['logs web --since 30m']);
  const errors = await bot.say('logs web slow BOOM --level error');
  expect(titleOf(errors)).toBe('info: web: no line with “slow”, “BOOM” in 30 min; 1 line without them');
  expect(en(errors.text)).toBe('Only lines error or worse');
  expect(errors.actions?.map(({ line }) => line)).toEqual(['logs web --since 30m --level error']);
  expect(inLanguage((await bot.say('logs web boum')).title, 'fr').replaceAll('\u00a0', ' ')).toBe(
    'web : aucune ligne avec « boum » en 30 min ; 62 lignes sans',
  );
  expect(titleOf(await bot.say('logs none boom'))).toBe('good: none: no lines in 30 min');
});

test('a length of time is how far back, in quotes a word', async () => {
  expect(titleOf(await bot.say('logs web 1200s'))).toBe('info: web: 60 lines in 20 min');
  expect(titleOf(await bot.say('logs web since 1 hour'))).toBe('bad: web: 1 error, 1 warning, 62 lines in 1 h');
  expect(titleOf(await bot.say('logs web "1h"'))).toBe('info: web: no line with “1h” in 30 min; 62 lines without it');
});

test('lines of several files name theirs', async () => {
  expect((await bot.say('logs db')).code?.text).toContain('db.log: ');
});

test('without a target it asks whose, by buttons', async () => {
  const card = await bot.say('logs');
  expect(titleOf(card)).toBe('info: Whose logs?');
  expect(card.actions?.map(({ line }) => line)).toEqual(['logs web', 'logs db', 'logs none']);
});

test('the machine’s own lines are shown unasked, with the others a tap away', () => {
  const at = Date.parse('2026-11-24T18:29:44Z');
  const query = { target: 'machine', words: [], from: at - 60_000, to: at + 60_000, limit: 500 };
  const written = [
    '2026-11-24T18:29:44.351Z error no prices',
    'Nov 24 18:29:44 host cron[1]: ran',
    '[2026-11-24 18:29:44,123] started',
    'no time at all 12:00:01',
  ];
  const lines = written.map((line) => ({ at, source: 'a.log', line }));
  const card = linesCard(query, { lines, more: false }, { limit: 20, since: 60_000, others: ['web', 'db'] }, undefined);
  expect(card.code?.text.split('\n')).toEqual([
    '18:29:44 error no prices',
    '18:29:44 host cron[1]: ran',
    '18:29:44 started',
    '18:29:44 no time at all 12:00:01',
  ]);
  expect(card.code?.title).toEqual({ en: 'Times in UTC', fr: 'Heures en UTC' });
  expect(card.actions?.slice(-2).map(({ line }) => line)).toEqual(['logs web', 'logs db']);
});

test('no lines are no good news where a file cannot be read', () => {
  const query = { target: 'web', from: 0, to: 60_000, words: [], limit: 20 };
  const look = { limit: 20, since: 60_000, others: [] };
  const tone = (note?: string) =>
    linesCard(query, { lines: [], more: false, ...(note ? { note } : {}) }, look, undefined).tone;
  expect([tone(), tone('a.log cannot be read (EACCES).')]).toEqual(['good', 'warn']);
});

test.each([
  ['{"level":30,"time":"x","msg":"the plugins changed","news":{"a":1},"run":3}', 'info the plugins changed run=3'],
  ['{"level":"error","message":"lost","err":{"message":"EPIPE","stack":"at"}}', 'error lost: EPIPE'],
  ['{"msg":"two\\nlines \\u001b[31m"}', 'two lines  [31m'],
  ['{"a":1}', '{"a":1}'],
  ['{not json', '{not json'],
  ['[1]', '[1]'],
  ['plain', 'plain'],
])('a structured line is said as a person reads it: %s', (line, said) => expect(readable(line)).toBe(said));

test('an unknown target is answered with those there are', async () => {
  const { state, card } = await bot.order('logs nowhere');
  expect(state).toBe('refused');
  expect(card && titleOf(card)).toBe('warn: There are no logs of “nowhere”');
  expect(card?.actions).toHaveLength(3);
});

test('a target is known whatever its capitals, and the nearest is the first button', async () => {
  expect(titleOf(await bot.say('logs Web'))).toBe('bad: web: 1 error, 1 warning, 62 lines in 30 min');
  const { card } = await bot.order('logs noen');
  expect(card?.actions?.[0]?.line).toBe('logs none');
});

test('silence is said, and is no alarm', async () => {
  const card = await bot.say('logs none');
  expect(titleOf(card)).toBe('good: none: no lines in 30 min');
  expect(card.actions?.map(({ line }) => line)).toEqual(['logs none --since 120m']);
});
