import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEntry, type Called, type Card, inLanguage, type Text } from '#kit';
import { checkPlugin, type TestBot, testBot } from '#testing';
import { entriesCard } from './card.ts';
import plugin from './index.ts';
import { ordersOf, sentenceOf } from './sentences.ts';
import { whatHappened } from './what-happened.ts';

const en = (text: Text | undefined) => (text === undefined ? '' : inLanguage(text, 'en'));
const ada = 'memory:local:ada';
const ben = 'memory:local:ben';
const cyd = 'memory:local:cyd';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(plugin, {
    people: { [ada]: ['everything'], [ben]: [], [cyd]: [], 'other:local:ada': [] },
    names: { [ben]: 'Ben Stone', [cyd]: 'ben stone', 'other:local:ada': 'Somebody' },
  });
  await bot.order('audit');
  await bot.order('audit', ben);
  await bot.order('audit all', cyd);
});
afterAll(() => bot.stop());

const rows = (card: Card) => card.table?.rows.map((row) => en(row[1])) ?? [];

test('the plugin is sound', () => expect(checkPlugin(plugin)).toEqual([]));

const entry = (seq: number, action: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ seq, action, at: '2026-11-24T18:29:00Z', actor: 'console:local:ada', previous: 'p', hash: 'h' },
  details: {},
  ...more,
});

const who = new Map<string, Called>([
  ['console:local:ada', { name: 'Ada', short: 'ada', shown: 'Ada' }],
  ['console:local:ben', { short: 'ben', shown: 'ben' }],
]);
const deploy = { text: 'deploy shop v3', command: 'deploy' };
const story: readonly AuditEntry[] = [
  entry(13, 'login', { details: { how: 'link' } }),
  entry(12, 'login.link_created', { actor: 'cli:root' }),
  entry(11, 'order.expired', { orderId: 5, actor: 'service:quarterdeck', details: { text: 'deploy' } }),
  entry(10, 'order.asked', { orderId: 5, details: { text: 'deploy' } }),
  entry(9, 'order.finished', { orderId: 3, details: { ...deploy, state: 'failed', run: 1 } }),
  entry(8, 'run.finished', { orderId: 3, details: { run: 1, state: 'failed' } }),
  entry(7, 'run.started', { orderId: 3, details: { run: 1, playbook: 'deploy.yml' } }),
  entry(6, 'order.approved', { orderId: 3, actor: 'console:local:ben', details: deploy }),
  entry(5, 'order.accepted', { orderId: 3, details: { ...deploy, kind: 'change' } }),
  entry(4, 'order.refused', { orderId: 2, details: { text: 'restart db', code: 'policy.not_allowed' } }),
  entry(3, 'order.refused', { orderId: 4, details: { text: 'stats', code: 'command.unknown' } }),
  entry(2, 'order.finished', { orderId: 1, details: { text: 'status', state: 'done' } }),
  entry(1, 'order.accepted', { orderId: 1, details: { text: 'status', kind: 'question' } }),
];

test('a host that was trusted is told with the account that trusted it', () => {
  const at = (details: AuditEntry['details']) =>
    en(sentenceOf(entry(1, 'host.trusted', { actor: 'service:command-line', details }), new Map(), who));
  expect(at({ account: 'root', host: 'web-1' })).toBe('The account root trusted web-1');
  expect(at({ account: 'root', host: 'web-1', replaced: ['SHA256:x'] })).toBe(
    'The account root replaced the key of web-1',
  );
  expect(at({ host: 'web-1' })).toBe('service:command-line trusted web-1');
});

test('what happened is told in sentences, without questions, logins and what is told twice', () => {
  const shown = whatHappened(story).map((one) => sentenceOf(one, ordersOf(story), who));
  expect(shown.map(en)).toEqual([
    'deploy shop v3 failed',
    'ben approved deploy shop v3',
    'Ada asked for deploy shop v3',
    'Ada was refused restart db',
  ]);
  expect(shown.map((one) => inLanguage(one, 'fr'))).toEqual([
    'deploy shop v3 a échoué',
    'ben a approuvé deploy shop v3',
    'Ada a demandé deploy shop v3',
    'restart db refusé à Ada',
  ]);
});

test('a change that failed before it ran is told', () => {
  const lost = [
    entry(2, 'order.finished', { orderId: 3, details: { ...deploy, state: 'failed', code: 'plan.faulty' } }),
    entry(1, 'order.accepted', { orderId: 3, details: { ...deploy, kind: 'change' } }),
  ];
  expect(whatHappened(lost)).toHaveLength(2);
});

test('an action of another version is shown by its name', () => {
  expect(sentenceOf(entry(1, 'order.pondered'), new Map(), who)).toBe('Ada: order.pondered');
});

test('the last entries come newest first, refused ones too, and questions when all are asked for', async () => {
  const card = await bot.say('audit 3');
  expect(en(card.title)).toBe('Last: ben stone (cyd) was refused audit all');
  expect(en(card.footer)).toBe('Proof that nobody changed it: bin/quarterdeck audit verify');
  expect(rows(card)).toEqual(['ben stone (cyd) was refused audit all', 'Ben Stone (ben) was refused audit']);
  expect(card.actions?.map(({ line }) => line)).toEqual(['audit all']);
  expect(rows(await bot.say('audit all 3'))[0]).toBe('ada asked for audit all 3');
});

test('one person’s entries are found by the short id, the whole one, or what the screen shows', async () => {
  for (const name of ['ben', 'BEN', ben, '"Ben Stone (ben)"']) {
    const card = await bot.say(`audit 5 by ${name}`);
    expect(rows(card)).toEqual(['Ben Stone (ben) was refused audit']);
  }
});

test('a name finds everybody who has it', async () => {
  for (const name of ['Ben Stone', '"ben stone"', 'BEN STONE.'])
    expect(rows(await bot.say(`audit by ${name}`)).map((row) => row.split(' was')[0])).toEqual([
      'ben stone (cyd)',
      'Ben Stone (ben)',
    ]);
});

test('how many may be said after the name too', async () => {
  expect(rows(await bot.say('audit by Ben Stone 1')).map((row) => row.split(' was')[0])).toEqual(['ben stone (cyd)']);
});

test('nobody’s entries are no empty table', async () => {
  expect(en((await bot.say('audit by nobody')).title)).toBe('No entry by “nobody”');
});

test('without the right nothing is shown', async () => {
  expect(await bot.order('audit', ben)).toMatchObject({ state: 'refused', refusal: { code: 'policy.not_allowed' } });
  expect(await bot.order('audit all', ben)).toMatchObject({ state: 'refused' });
});

test('more than a hundred, or less than one, are refused', async () => {
  for (const line of ['audit 101', 'audit 0']) expect((await bot.order(line)).state).not.toBe('done');
});

test('what happened is found behind any number of questions', async () => {
  const busy = await testBot(plugin, { people: { [ada]: ['everything'] } });
  try {
    const asked = (n: number) => ({ text: `status ${n}`, kind: 'question', command: 'status' });
    await busy.store.audit.append({ actor: ben, action: 'token.removed', details: { id: 7 } });
    for (let n = 0; n < 600; n += 1)
      await busy.store.audit.append({ actor: ada, action: 'order.accepted', orderId: 1_000 + n, details: asked(n) });
    expect(rows((await busy.order('audit')).card as Card).join()).toContain('token');
    expect(rows((await busy.order('audit by ben')).card as Card).join()).toContain('token');
  } finally {
    await busy.stop();
  }
}, 120_000);

test('the card says how far back was looked when there is more', () => {
  const none = { entries: [], orders: ordersOf([]), who, all: false };
  expect(en(entriesCard({ ...none, among: 10_000 }, 0, undefined).title)).toBe(
    'Nothing but questions among the newest 10000',
  );
  expect(en(entriesCard({ ...none, by: 'eve' }, 0, undefined).title)).toBe('No entry by “eve”');
  expect(en(entriesCard(none, 0, undefined).title)).toBe('Nothing has happened yet');
});
