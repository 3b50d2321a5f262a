import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnyPlugin, type Card, definePlugin, inLanguage, show, type Text, z } from '#kit';
import { machine } from '#test/support/bundled.ts';
import { checkPlugin, type TestBot, testBot } from '#testing';
import plugin from './index.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en').replaceAll('\u00a0', ' '));

/** A provider with known figures: cpu rises to 96, disk is steady at 50. */
const provider = definePlugin({
  ...{ name: 'figures', about: 'x', settings: z.object({}), commands: [] },
  provides: {
    metrics: () => ({
      targets: async () => ['machine', 'web-1', 'quiet', 'broken', 'young'],
      metrics: async (target) =>
        ['machine', 'web-1', 'quiet', 'broken', 'young'].includes(target)
          ? [
              {
                name: 'cpu',
                about: { en: 'processor in use', fr: 'processeur utilisé' },
                unit: 'percent',
                warn: 80,
                bad: 95,
              },
              {
                name: 'disk',
                label: { en: 'disk', fr: 'disque' },
                about: { en: 'disk in use', fr: 'disque utilisé' },
                unit: 'percent',
                warn: 85,
              },
            ]
          : [],
      query: async ({ target, metric, from, to }) => {
        if (target === 'broken') throw new Error('the source is down');
        const values =
          target === 'quiet' ? [] : metric === 'cpu' ? [10, 96, 40, target === 'machine' ? 20 : 96] : [50, 50, 50, 50];
        const step = target === 'young' ? 20_000 : (to - from) / 4;
        const start = target === 'young' ? to - 60_000 : from;
        return {
          metric: {
            name: metric,
            about: { en: metric, fr: metric },
            ...(metric === 'disk' ? { label: { en: 'disk', fr: 'disque' } } : {}),
            unit: 'percent',
            warn: metric === 'cpu' ? 80 : 85,
            ...(metric === 'cpu' ? { bad: 95 } : {}),
          },
          series: [{ name: metric, points: values.map((value, at) => [start + at * step, value] as const) }],
          ...(target === 'web-1' ? { note: 'borrowed figures' } : {}),
        };
      },
    }),
  },
});

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot([plugin, provider] as readonly AnyPlugin[], { hosts: { web: ['web-1'] } });
});
afterAll(() => bot.stop());

const titleOf = (card: Card) => `${card.tone}: ${en(card.title)}`;
const noCard: Card = { tone: 'info', title: '' };

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('without a target it is the machine: every figure, and the chart of the one nearest its limit', async () => {
  const card = await bot.say('metrics');
  expect(titleOf(card)).toBe('good: machine: cpu 20%, disk 50%');
  expect(card.table?.rows.map((row) => row.map(en))).toEqual([
    ['cpu', '20%', '41.5%', '96%'],
    ['disk', '50%', '50%', '50%'],
  ]);
  expect(card.image).toMatchObject({ width: 1200, height: 750 });
  expect(en(card.image?.alt)).toBe('cpu, machine, the last 1 h: now 20%, highest 96%');
});

test('figures are called by their names in the reader’s language, and may be asked by them', async () => {
  const card = await bot.say('metrics web-1 disque');
  expect([en(card.title), inLanguage(card.title, 'fr').replaceAll('\u00a0', ' ')]).toEqual([
    'web-1: disk 50%',
    'web-1 : disque 50 %',
  ]);
});

test('what is too high is the title', async () => {
  const card = await bot.say('metrics web-1');
  expect(titleOf(card)).toBe('bad: web-1: cpu 96% (too high)');
  // What is high has a gender of its own, which nobody knows here.
  expect(inLanguage(card.title, 'fr')).toMatch(/^web-1 : cpu 96\s% \(valeur trop élevée\)$/);
  expect(en(card.footer)).toBe('borrowed figures');
});

test('one figure has its numbers in words too, for those who cannot see the picture', async () => {
  const card = await bot.say('metrics web-1 cpu --since 2h');
  expect(titleOf(card)).toBe('bad: web-1: cpu 96% (too high)');
  expect(card.fields?.map(({ value }) => en(value).replace(/ at .*/, ''))).toEqual(['96%', '60.5%', '96%', '10%']);
  expect(en(card.image?.alt)).toMatch(
    /^cpu, web-1, the last 2 h: now 96%, average 60.5%, highest 96% at \S+ .*, limit 95%$/,
  );
});

test('the only word may be a figure of the machine', async () => {
  expect(titleOf(await bot.say('metrics cpu'))).toBe('good: machine: cpu 20%');
});

test('an unknown target or figure is answered with those there are, as buttons', async () => {
  const { state, card: target = noCard } = await bot.order('metrics web-9');
  expect(state).toBe('refused');
  expect(titleOf(target)).toBe('warn: Nothing measures “web-9”');
  expect(target.actions?.map(({ line }) => line).slice(0, 2)).toEqual(['metrics web-1', 'metrics machine']);
  const { state: other, card: metric = noCard } = await bot.order('metrics web-1 gpu');
  expect(other).toBe('refused');
  expect(titleOf(metric)).toBe('warn: web-1 has no figure “gpu”');
  expect(metric.actions?.map(({ line }) => line)).toEqual(['metrics web-1 cpu', 'metrics web-1 disk']);
});

test('a target is known whatever its capitals', async () => {
  expect(titleOf(await bot.say('metrics Web-1 CPU since 1h'))).toBe('bad: web-1: cpu 96% (too high)');
  expect(titleOf(await bot.say('metrics MACHINE'))).toBe('good: machine: cpu 20%, disk 50%');
});

test('a target without figures yet says so', async () => {
  expect(titleOf(await bot.say('metrics quiet'))).toBe('warn: quiet: no figures in the last 1 h');
});

test('the span is the one that was measured, not the one that was asked for', async () => {
  const one = await bot.say('metrics young cpu');
  expect(en(one.text)).toBe('cpu, the last 1 min');
  expect(inLanguage(one.text ?? '', 'fr').replaceAll('\u00a0', ' ')).toBe('cpu, depuis 1 min');
  expect(en(one.image?.alt)).toContain('cpu, young, the last 1 min: ');
  expect(en(one.footer)).toMatch(/^Measured since /);
  const all = await bot.say('metrics young');
  expect(en(all.text)).toMatch(/^the last 1 min; /);
});

test('over two days the figures are of every sample: no peak is lost, now is now, and the first is the first', async () => {
  const now = Date.now();
  const minute = 60_000;
  const { every: _, ...quiet } = machine;
  const long = await testBot([plugin, quiet] as readonly AnyPlugin[]);
  const { store } = long;
  const begun = now - 30 * 60 * minute - 7_000;
  // Idle but for two minutes at 100 % ten hours ago, and busy since the last minute.
  const cpuAt = (at: number) =>
    at > now - minute
      ? 97
      : at > now - 600 * minute - 5_000 && at < now - 598 * minute - 5_000
        ? 100
        : at === begun
          ? 0.5
          : 4;
  await store.transaction(async ({ pluginValues }) => {
    for (let at = begun; at <= now; at += 10_000)
      await pluginValues.addSample('machine', at, { cpu: cpuAt(at), disk: 5 });
  });
  const card = await long.say('metrics machine cpu --since 48h');
  expect(titleOf(card)).toBe('warn: machine: cpu 97% (high)');
  expect(card.fields?.map(({ value }) => en(value).replace(/ at .*/, ''))).toEqual(['97%', '4.2%', '100%', '0.5%']);
  expect(en(card.fields?.[2]?.value)).toContain(`at ${en(show.time(now - 600 * minute, undefined, now))}`);
  expect(en(card.footer)).toBe(`Measured since ${en(show.time(begun, undefined, now))}.`);
  const all = await long.say('metrics machine --since 2d');
  expect(titleOf(all)).toBe('warn: machine: cpu 97% (high)');
  expect(all.table?.rows.map((row) => row.map(en))).toContainEqual(['cpu', '97%', '4.2%', '100%']);
  await long.stop();
});

test('a source is believed where its figures say more than the points of its chart', async () => {
  const short = definePlugin({
    ...{ name: 'short', about: 'x', settings: z.object({}), commands: [] },
    provides: {
      metrics: () => ({
        targets: async () => ['web-1'],
        metrics: async () => [{ name: 'cpu', about: 'x', unit: 'percent' as const, warn: 80 }],
        query: async ({ from }) => ({
          metric: { name: 'cpu', about: 'x', unit: 'percent' as const, warn: 80 },
          series: [{ name: 'cpu', points: [[from + 1_000, 20]] }],
          figures: { now: 85, average: 30, lowest: 2, highest: 99, highestAt: from + 5_000, first: from + 1_000 },
        }),
      }),
    },
  });
  const other = await testBot([plugin, short] as readonly AnyPlugin[], { hosts: { web: ['web-1'] } });
  const card = await other.say('metrics web-1 cpu');
  expect(titleOf(card)).toBe('warn: web-1: cpu 85% (high)');
  expect(card.fields?.map(({ value }) => en(value).replace(/ at .*/, ''))).toEqual(['85%', '30%', '99%', '2%']);
  await other.stop();
});

test('a source that is down is one clear sentence', async () => {
  expect(await bot.order('metrics broken')).toMatchObject({ state: 'failed', refusal: { code: 'plugin.failed' } });
});

test('a time that is too long or no time is refused with what is right', async () => {
  expect(await bot.order('metrics web-1 cpu --since 10d')).not.toMatchObject({ state: 'done' });
});

test('figures of a host need the right on that host', async () => {
  const other = await testBot([plugin, provider] as readonly AnyPlugin[], {
    people: { 'memory:local:ada': ['db'] },
    roles: { db: { 'metrics.read': ['db'] } },
    hosts: { web: ['web-1'], db: ['db-1'] },
  });
  expect(await other.order('metrics web-1')).toMatchObject({ state: 'refused' });
  await other.stop();
});
