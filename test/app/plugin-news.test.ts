import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openPluginTeller } from '#app/plugin-news.ts';
import { createRedactor } from '#audit/redact.ts';
import { brokenNews, mendedNews } from '#commands/plugins/refusals.ts';
import type { Store } from '#core/store.ts';
import { inLanguage } from '#core/text.ts';
import { openSqliteStore } from '#store/sqlite/open.ts';

let folder: string;
let store: Store;
let now = 0;
let told: Promise<unknown>;
const clock = { now: () => ++now };
beforeEach(async () => {
  told = Promise.resolve();
  folder = await mkdtemp(join(tmpdir(), 'plugin-news-'));
  store = await openSqliteStore({ path: join(folder, 'quarterdeck.db'), clock });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** What a process of the bot tells with, from its start on; what the one before told is on the board. */
const started = async () => {
  await told;
  return openPluginTeller({
    ...{ outbox: store.outbox, redactor: createRedactor([]), clock },
    tell: (key, card) => {
      told = told.then(() => store.outbox.say({ key, chat: 'console', channel: 'ops', card }));
    },
  });
};
const broken = (plugin: string) => ({
  plugin,
  refusal: { code: 'plugin.broken', say: `${plugin} is broken` } as const,
  keptLastGood: false,
});
const board = async () => {
  await told;
  return (await store.outbox.startingWith('plugin:')).map(
    ({ card }) => `${card.tone}: ${inLanguage(card.title, 'en')}`,
  );
};
const good = (plugin: string) => `good: The plugin ${plugin} is in use again as its files are.`;
const gone = (plugin: string) => `good: The plugin ${plugin}, which was broken, is in use no more.`;

it('what the process before told of a plugin turns good in the next one, where it is good or gone', async () => {
  const first = await started();
  for (const plugin of ['greet', 'echo', 'old']) first.say(brokenNews(plugin, broken(plugin).refusal));
  const next = await started();
  next.begin([broken('echo')], ['greet', 'echo']);
  expect(await board()).toEqual([good('greet'), 'warn: echo is broken', gone('old')]);
});

it('so does a later message of a plugin that broke twice, and one of it broken on is no second message', async () => {
  const first = await started();
  for (const _ of [1, 2]) {
    first.say(brokenNews('greet', broken('greet').refusal));
    first.say(mendedNews('greet', true));
  }
  first.say(brokenNews('greet', broken('greet').refusal));
  expect(await board()).toEqual([good('greet'), good('greet'), 'warn: greet is broken']);
  (await started()).begin([broken('greet')], ['greet']);
  expect(await board()).toEqual([good('greet'), good('greet'), 'warn: greet is broken']);
  (await started()).begin([], ['greet']);
  expect(await board()).toEqual([good('greet'), good('greet'), good('greet')]);
});

it('a fault that comes after a restart is news of its own', async () => {
  const first = await started();
  first.say(brokenNews('greet', broken('greet').refusal));
  first.say(mendedNews('greet', true));
  const next = await started();
  next.begin([], ['greet']);
  next.say(brokenNews('greet', broken('greet').refusal));
  expect(await board()).toEqual([good('greet'), 'warn: greet is broken']);
});
