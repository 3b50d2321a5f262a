import { afterEach, describe, expect, test } from 'vitest';
import { type HostFacts, inLanguage, type Text } from '#kit';
import { checkPlugin, type TestBot, testBot } from '#testing';
import { statusCard } from './card.ts';
import plugin from './index.ts';

const limits = { disk: 90, memory: 95, load: 2 };
const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));

const host = (name: string, part: Partial<HostFacts> = {}): HostFacts => ({
  ...{ host: name, reachable: true, uptimeSeconds: 3_700, load: [0.1, 0.2, 0.3], cpus: 2 },
  memory: { totalBytes: 100, availableBytes: 60 },
  disks: [{ mount: '/', totalBytes: 100, freeBytes: 50 }],
  failedServices: [],
  ...part,
});
const down = (name: string) => ({ host: name, reachable: false, reason: { en: 'no route', fr: 'pas de route' } });

const titles = (facts: readonly HostFacts[]) => {
  const { title, tone } = statusCard(facts, undefined, limits);
  return `${tone}: ${en(title)}`;
};

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

test('a load is written as each language writes figures', () => {
  const busy = host('web-1', { load: [3.48, 2, 0.5], cpus: 4 });
  const { fields = [] } = statusCard([busy], undefined, limits);
  const load = fields.find(({ label }) => en(label) === 'Load')?.value ?? '';
  expect([en(load), inLanguage(load, 'fr')]).toEqual(['3.48 2 0.5 / 4 cpu', '3,48 2 0,5 / 4 cpu']);
  const { table } = statusCard([busy, host('web-2')], undefined, limits);
  expect(table?.rows.map((row) => inLanguage(row[2] ?? '', 'fr'))).toEqual(['3,48', '0,1']);
});

describe('the title says the worst first', () => {
  test.each([
    ['all well', [host('web-1'), host('web-2'), host('db-1')], 'good: 3 hosts fine'],
    ['one well', [host('web-1')], 'good: web-1 is fine'],
    ['one away', [host('web-1'), down('web-2'), host('db-1')], 'bad: web-2 unreachable; 2 hosts fine'],
    [
      'a service',
      [host('web-1', { failedServices: ['nginx'] }), host('db-1')],
      'bad: web-1: 1 service failed; 1 host fine',
    ],
    [
      'a full disk',
      [host('a', { disks: [{ mount: '/var', totalBytes: 100, freeBytes: 4 }] })],
      'warn: a: disk 96% full',
    ],
    ['memory', [host('a', { memory: { totalBytes: 100, availableBytes: 1 } })], 'warn: a: memory 99% full'],
    ['load', [host('a', { load: [4.1, 1, 1] })], 'warn: a: high load'],
    ['everything', [host('b', { load: [9, 1, 1] }), down('a')], 'bad: a unreachable; b: high load'],
    ['many', Array.from({ length: 9 }, (_, at) => down(`h${at}`)), 'bad: all 9 hosts unreachable'],
    [
      'the same on all',
      ['a', 'b', 'c'].map((name) => host(name, { load: [9, 1, 1] })),
      'warn: High load on all 3 hosts',
    ],
    [
      'the same on some',
      [host('a', { load: [9, 1, 1] }), host('b', { load: [8, 1, 1] }), host('c')],
      'warn: High load on a, b; 1 host fine',
    ],
    [
      'different figures of the same',
      [1, 4].map((free) => host(`h${free}`, { disks: [{ mount: '/', totalBytes: 100, freeBytes: free }] })),
      'warn: Disks nearly full on both hosts',
    ],
    [
      'a mixture',
      [host('a', { load: [9, 1, 1] }), host('b', { load: [8, 1, 1] }), down('c'), down('d'), host('e')],
      'bad: c, d unreachable; High load on a, b; 1 host fine',
    ],
    ['nobody', [], 'info: There is no host to look at'],
  ] as const)('%s', (_what, facts, title) => expect(titles(facts)).toBe(title));
});

test('hosts in trouble come first in the table, with what is wrong under the title', () => {
  const card = statusCard([host('a'), host('b', { failedServices: ['x', 'y'] }), down('c')], ['a', 'b', 'c'], limits);
  expect(card.table?.rows.map(([name, state]) => `${name} ${en(state)}`)).toEqual([
    'b 2 services failed',
    'c unreachable',
    'a fine',
  ]);
  expect(en(card.text)).toBe('- **b** `x`, `y`\n- **c** no route');
  expect(card.actions?.[0]?.line).toBe('status a,b,c');
});

test('which disk is full is said, and no disk where the load is the trouble', () => {
  const full = { disks: [{ mount: '/var', totalBytes: 100, freeBytes: 1 }] };
  expect(en(statusCard([host('a', full), host('b', { load: [9, 9, 9] })], undefined, limits).text)).toBe(
    '- **a** disk 99% full (/var)',
  );
});

test('a thousand hosts make a short card', () => {
  const card = statusCard(
    Array.from({ length: 1_000 }, (_, at) => host(`h${at}`)),
    undefined,
    limits,
  );
  expect(card.table?.rows).toHaveLength(30);
  expect(en(card.footer)).toContain('970 more');
});

test('facts that are not there are dashes, not inventions', () => {
  const card = statusCard(
    [
      { host: 'a', reachable: true },
      { host: 'b', reachable: true },
    ],
    undefined,
    limits,
  );
  expect(card.table?.rows[0]?.slice(2)).toEqual(['–', '–', '–']);
});

describe('in the whole bot', () => {
  let bot: TestBot;
  afterEach(() => bot?.stop());

  test('real hosts answer, and only those the asker may see', async () => {
    bot = await testBot(plugin, {
      people: { 'memory:local:ada': ['web'] },
      roles: { web: { 'status.read': ['web'] } },
      hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
      settings: { status: { diskPercent: 100, memoryPercent: 100, loadPerCpu: 1_000 } },
    });
    const card = await bot.say('status');
    expect(card.table?.rows.map(([name]) => name).sort()).toEqual(['web-1', 'web-2']);
    const single = await bot.say('status web-1');
    expect(single.fields?.map(({ label }) => en(label))).toEqual(
      expect.arrayContaining(['State', 'Load', 'Memory', 'Up for']),
    );
    expect(await bot.order('status db-1')).toMatchObject({ state: 'refused', refusal: { code: 'policy.not_allowed' } });
  });
});
